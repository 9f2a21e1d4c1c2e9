"""Pages of the programme: home, desk, plans and goals, tasks, directives, the index."""

from django.urls import path

from tinhso.government.programme.pages import directives, dti, home, plans, targets, tasks

app_name = "programme"
urlpatterns = [
    path("programme/", home.home_page, name="home"),
    path("programme/mine/", home.desk_page, name="desk"),
    path("programme/files/<str:what>.<str:ending>", home.export_list, name="export"),
    path("programme/plans/", plans.plans_page, name="plans"),
    path("programme/plans/new/", plans.new_plan_page, name="new_plan"),
    path("programme/plans/<str:ref>/", plans.plan_page, name="plan"),
    path("programme/plans/<str:ref>/attach/", plans.attach_files, name="plan_attach"),
    path("programme/plans/<str:ref>/goals/new/", plans.new_goal, name="new_goal"),
    path("programme/goals/<str:ref>/", plans.goal_page, name="goal"),
    path("programme/goals/<str:ref>/change/", plans.change_goal, name="change_goal"),
    path("programme/goals/<str:ref>/target/", targets.amend_target_page, name="amend_target"),
    path("programme/goals/<str:ref>/target/judge/", targets.judge_amendment, name="judge_target"),
    path("programme/tasks/", tasks.tasks_page, name="tasks"),
    path("programme/tasks/new/", tasks.new_task_page, name="new_task"),
    path("programme/tasks/<str:ref>/", tasks.task_page, name="task"),
    path("programme/tasks/<str:ref>/act/", tasks.apply_task_act, name="task_act"),
    path("programme/dti/", dti.index_page, name="dti"),
    path("programme/dti/<int:year>/<str:code>/", dti.criterion_page, name="criterion"),
    path("programme/dti/<int:year>/<str:code>/act/", dti.apply_criterion_act, name="criterion_act"),
    path("directives/", directives.directives_page, name="directives"),
    path("directives/new/", directives.new_directive_page, name="new_directive"),
    path("directives/<str:ref>/", directives.directive_page, name="directive"),
    path("directives/<str:ref>/act/", directives.apply_directive_act, name="directive_act"),
]
