"""Pages of the programme: home, desk, plans and goals, tasks, directives, the index."""

from django.urls import path

from tinhso.government.programme.pages import directives, dti, home, plans, targets, tasks

app_name = "programme"
urlpatterns = [
    path("programme/", home.home, name="home"),
    path("programme/mine/", home.desk, name="desk"),
    path("programme/files/<str:what>.<str:ending>", home.export, name="export"),
    path("programme/plans/", plans.listed, name="plans"),
    path("programme/plans/new/", plans.new, name="new_plan"),
    path("programme/plans/<str:ref>/", plans.one, name="plan"),
    path("programme/plans/<str:ref>/attach/", plans.attach, name="plan_attach"),
    path("programme/plans/<str:ref>/goals/new/", plans.new_goal, name="new_goal"),
    path("programme/goals/<str:ref>/", plans.goal, name="goal"),
    path("programme/goals/<str:ref>/change/", plans.change_goal, name="change_goal"),
    path("programme/goals/<str:ref>/target/", targets.amend, name="amend_target"),
    path("programme/goals/<str:ref>/target/judge/", targets.judge, name="judge_target"),
    path("programme/tasks/", tasks.listed, name="tasks"),
    path("programme/tasks/new/", tasks.new, name="new_task"),
    path("programme/tasks/<str:ref>/", tasks.one, name="task"),
    path("programme/tasks/<str:ref>/act/", tasks.act, name="task_act"),
    path("programme/dti/", dti.index, name="dti"),
    path("programme/dti/<int:year>/<str:code>/", dti.criterion, name="criterion"),
    path("programme/dti/<int:year>/<str:code>/act/", dti.act, name="criterion_act"),
    path("directives/", directives.listed, name="directives"),
    path("directives/new/", directives.new, name="new_directive"),
    path("directives/<str:ref>/", directives.one, name="directive"),
    path("directives/<str:ref>/act/", directives.act, name="directive_act"),
]
