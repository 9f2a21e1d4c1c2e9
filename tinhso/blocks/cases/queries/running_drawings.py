"""What drawings of cases say: who does their steps, what they may compare, and the plain one that all begin with."""

from django.utils.translation import gettext_lazy as _

from tinhso.blocks.bpmn.contract import Role, Runner
from tinhso.blocks.cases.queries.lookup import RIGHTS
from tinhso.blocks.cases.rights import DECIDE_CASES, PROCESS_CASES, RECEIVE_CASES

PLAIN_DRAWING = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:tinhso="urn:tinhso:bpmn:1" id="definitions"
  targetNamespace="urn:tinhso:bpmn:1">
  <bpmn:process id="mac-dinh" name="Thẩm định rồi ký" isExecutable="true">
    <bpmn:startEvent id="bat-dau" />
    <bpmn:userTask id="tham-dinh" name="Thẩm định hồ sơ" tinhso:right="process cases" />
    <bpmn:userTask id="duyet-ky" name="Duyệt và ký kết quả" tinhso:right="decide cases" />
    <bpmn:endEvent id="ket-thuc" />
    <bpmn:sequenceFlow id="m1" sourceRef="bat-dau" targetRef="tham-dinh" />
    <bpmn:sequenceFlow id="m2" sourceRef="tham-dinh" targetRef="duyet-ky" />
    <bpmn:sequenceFlow id="m3" sourceRef="duyet-ky" targetRef="ket-thuc" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="mac-dinh">
      <bpmndi:BPMNShape id="s1" bpmnElement="bat-dau"><dc:Bounds x="40" y="57" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="s2" bpmnElement="tham-dinh"><dc:Bounds x="130" y="40" width="110" height="70" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="s3" bpmnElement="duyet-ky"><dc:Bounds x="300" y="40" width="110" height="70" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="s4" bpmnElement="ket-thuc"><dc:Bounds x="470" y="57" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="e1" bpmnElement="m1"><di:waypoint x="76" y="75" /><di:waypoint x="130" y="75" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="e2" bpmnElement="m2"><di:waypoint x="240" y="75" /><di:waypoint x="300" y="75" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="e3" bpmnElement="m3"><di:waypoint x="410" y="75" /><di:waypoint x="470" y="75" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""

RUNNER = Runner(
    roles=(
        Role(RECEIVE_CASES, _("người tiếp nhận"), ("tiep nhan", "mot cua", "hanh chinh cong", "tra ket qua")),
        Role(
            DECIDE_CASES,
            _("người ký"),
            ("lanh dao", "chu tich", "giam doc", "ky duyet", "phe duyet", "nguoi ky"),
        ),
        Role(
            PROCESS_CASES,
            _("người thụ lý"),
            ("chuyen vien", "cong chuc", "tham dinh", "xu ly", "giai quyet", "thu ly", "chuyen mon"),
        ),
    ),
    usual=PROCESS_CASES,
    opening=RECEIVE_CASES,
    facts=frozenset({"channel", "option", "procedure"}),
    readers=RIGHTS,
    drawing=PLAIN_DRAWING,
)
