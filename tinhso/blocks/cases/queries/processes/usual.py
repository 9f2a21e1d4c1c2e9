"""The way of dossiers where the province has drawn none: somebody works on it, somebody signs."""

from pathlib import Path

from django.conf import settings

FOLDER, FILE = "processes", "default.bpmn"
CODE = "mac-dinh"
PLAIN = """<?xml version="1.0" encoding="UTF-8"?>
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


def drawing() -> bytes:
    """The province's own drawing of the usual way, or the plain one."""
    path = Path(settings.PROVINCE_DIR) / FOLDER / FILE
    return path.read_bytes() if path.is_file() else PLAIN.encode()
