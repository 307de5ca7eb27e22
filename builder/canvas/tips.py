"""What a tooltip on the canvas says: problems first, then numbers. Plain text, escaped for Qt."""

from builder.canvas.hit import Hit
from builder.canvas.scene import GraphScene
from builder.canvas.shapes import full_shape
from builder.document.graph import Wire


def tip(scene: GraphScene, under: Hit) -> str:
    """The tooltip of what is under the mouse; nothing for nothing."""
    if under.kind == "input" and under.slot is not None:
        lines = _port(scene, under)
    elif under.kind == "output" and under.slot is not None:
        lines = [under.slot.port, *_carried(scene, under.node, under.slot.port)]
    elif under.node:
        lines = _node(scene, under.node)
    elif under.wire is not None:
        lines = _wire(scene, under.wire)
    else:
        return ""
    from html import escape  # not needed before the first paint

    return f"<qt>{'<br>'.join(escape(line) for line in lines)}</qt>"


def _node(scene: GraphScene, node: str) -> list[str]:
    item, report = scene.nodes[node], scene.report_of(node)
    lines = [problem.message for problem in scene.problems_of(node)]
    lines.append(f"{item.node.name} · {item.type_name}")
    for name, tensor in report.outputs.items() if report else ():
        lines.append(f"{name}: {full_shape(tensor)}")
    if report and report.parameters:
        lines.append(f"{report.parameters:,} parameters, {report.trainable:,} trainable")
    return lines


def _port(scene: GraphScene, under: Hit) -> list[str]:
    assert under.slot is not None
    node = scene.nodes[under.node].node
    graph = scene.document.project.graph
    port = graph.ports(node, scene.catalog.ports_of).input(under.slot.port)
    lines = [under.slot.port + (" (optional)" if port and port.optional else "")]
    if port and port.doc:
        lines.append(port.doc)
    if under.wire is not None:
        lines += _carried(scene, under.wire.source.node, under.wire.source.output)
    return lines


def _wire(scene: GraphScene, wire: Wire) -> list[str]:
    nodes = scene.document.project.graph.nodes
    source, target = nodes[wire.source.node].name, nodes[wire.target.node].name
    lines = [f"{source} → {target}"]
    report = scene.report_of(wire.target.node)
    if report and report.fault:
        lines.append(report.fault.message)
    return lines + _carried(scene, wire.source.node, wire.source.output)


def _carried(scene: GraphScene, node: str, output: str) -> list[str]:
    report = scene.report_of(node)
    tensor = report.outputs.get(output) if report else None
    return [full_shape(tensor)] if tensor else []
