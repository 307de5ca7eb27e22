"""The two fields that float over the canvas: the search box of quick-add, and a name being edited."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect

from builder.canvas.geometry import HEIGHT, WIDTH, free_place
from builder.catalog.spec import LayerSpec
from builder.document.graph import OutputRef, PortRef, Wire

if TYPE_CHECKING:
    from builder.canvas.commands import Link
    from builder.canvas.name_editor import NameEditor
    from builder.canvas.quick_add import QuickAdd
    from builder.canvas.view import CanvasView

_MARGIN = 8


class Floating:
    """Opens and closes them; at most one of each is there.

    Attributes:
        card: the open search box.
        editor: the open name field.
    """

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self.card: QuickAdd | None = None
        self._at = QPointF()
        self.editor: NameEditor | None = None

    def quick_add(self, at: QPointF, link: "Link | None", onto: Wire | None) -> None:
        self._open(
            at, _fitting(link, onto), "Add a layer", lambda type_: self._add(type_, at, link, onto)
        )

    def replace(self, nodes: Collection[str]) -> None:
        """Open the search box for the type that takes the place of the nodes' types."""
        view, graph = self._view, self._view.document.project.graph
        types = {graph.nodes[id_].type for id_ in nodes}
        fed, feeding = any(map(graph.into, nodes)), any(map(graph.out_of, nodes))

        def fits(spec: LayerSpec) -> bool:
            joins = (not fed or bool(spec.inputs)) and (not feeding or bool(spec.outputs))
            return joins and types != {spec.type}

        at = view.graph_scene.box(nodes).bottomLeft()
        self._open(at, fits, "Replace by", lambda type_: view.commands.retype(nodes, type_))

    def _open(
        self,
        at: QPointF,
        fits: Callable[[LayerSpec], bool],
        prompt: str,
        choose: Callable[[str], object],
    ) -> None:
        # Imported when it is wanted: the first paint should not wait for it.
        from builder.canvas.quick_add import QuickAdd

        self.close_card()
        view = self._view
        card = QuickAdd(view, view.catalog, fits, prompt)
        card.chosen.connect(view.overlay.hide_wire)
        card.chosen.connect(choose)
        card.closed.connect(self._card_closed)
        self.card, self._at = card, at
        self._place_card()
        card.show()
        card.field.setFocus()

    def look_elsewhere(self) -> None:
        """The view was panned or zoomed: the box goes along with its place, a name is done."""
        self._place_card()
        if self.editor is not None:
            self.editor.leave()

    def _place_card(self) -> None:
        view, card = self._view, self.card
        if card is not None:
            corner = view.mapFromScene(self._at)
            card.move(
                max(0, min(corner.x(), view.width() - card.width() - _MARGIN)),
                max(0, min(corner.y(), view.height() - card.height() - _MARGIN)),
            )

    def rename(self, node: str, rename: Callable[[str, str], str | None] | None = None) -> None:
        """Open the field for a node's name. `rename` gives it that, or says why not."""
        view, apply = self._view, rename or self._view.commands.rename
        if node not in view.graph_scene.nodes:
            return
        from builder.canvas.name_editor import NameEditor

        self.close_editor()
        view.reveal(node)
        name = view.document.project.graph.nodes[node].name
        body = view.mapFromScene(view.graph_scene.box((node,))).boundingRect()
        place = QRect(body.left() + 8, body.top() + 1, max(160, body.width() - 14), 26)
        editor = NameEditor(view.viewport(), name, place, lambda text: apply(node, text))
        below = place.bottomLeft() + QPoint(0, 6)
        editor.refused.connect(lambda reason: view.say(reason, "error", below))
        editor.abandoned.connect(view.refused)
        editor.closed.connect(self._editor_closed)
        self.editor = editor

    def close_card(self) -> None:
        if self.card is not None:
            self.card.close_card()

    def close_editor(self) -> None:
        if self.editor is not None:
            self.editor.close_editor()

    def _card_closed(self) -> None:
        self.card = None
        self._view.overlay.hide_wire()
        self._view.regain_focus()

    def _editor_closed(self) -> None:
        self.editor = None
        self._view.say("")
        self._view.regain_focus()

    def _add(self, type_: str, place: QPointF, link: "Link | None", onto: Wire | None) -> None:
        view = self._view
        lift = HEIGHT / 2
        if link is not None:
            lift = HEIGHT if isinstance(link, PortRef) else 0.0
        at = (float(round(place.x() - WIDTH / 2)), float(round(place.y() - lift)))
        project = view.document.shown
        if onto is None:
            at = free_place(project, at, project.layout.direction)

        def add() -> None:
            id_ = view.commands.add(type_, at, link=link, onto=onto)
            if id_ is not None:
                view.reveal(id_)

        view.motion.show(add)


def _fitting(link: "Link | None", onto: Wire | None) -> Callable[[LayerSpec], bool]:
    """What quick-add offers: only layers that the loose end can be joined to."""

    def fits(spec: LayerSpec) -> bool:
        if onto is not None:
            return bool(spec.inputs and spec.outputs)
        if isinstance(link, OutputRef):
            return bool(spec.inputs)
        return bool(spec.outputs) if isinstance(link, PortRef) else True

    return fits
