"""The status bar: the network's size at the left, the worker's state at the right."""

from PySide6.QtWidgets import QStatusBar

from builder.window.analyst import Analysis, Kernel, KernelState
from builder.window.style import label, mark
from builder.window.words import FLOAT_BYTES, count, flops, size

_KINDS = {
    KernelState.READY: "ok",
    KernelState.RESTARTING: "warning",
    KernelState.BROKEN: "error",
}
_DOTS = {KernelState.READY: "●", KernelState.BROKEN: "✕"}


class StatusBar(QStatusBar):
    """Parameters, bytes and FLOPs; then a dot and words on Keras. Never by colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self.size_text = label("")
        self.size_text.setToolTip(
            "Parameters; their size as 32-bit floats; floating-point operations for one row"
        )
        self.kernel_text = label("")
        self.addWidget(self.size_text, 1)
        self.addPermanentWidget(self.kernel_text)

    def show_analysis(self, analysis: Analysis) -> None:
        if analysis.parameters is None or analysis.flops is None or not analysis.reports:
            self.size_text.setText("")
            return
        work = flops(analysis.flops)
        learning = analysis.trainable
        parts = (
            f"{count(analysis.parameters)} parameters"
            + (
                "" if learning in (None, analysis.parameters) else f" ({count(learning)} trainable)"
            ),
            size(analysis.parameters * FLOAT_BYTES),
            f"{work} FLOPs" if work[-1].isdigit() else f"{work}FLOPs",
        )
        self.size_text.setText(" · ".join(parts))

    def show_kernel(self, kernel: Kernel) -> None:
        dot = _DOTS.get(kernel.state, "○")
        device = f" · {kernel.device}" if kernel.device else ""
        self.kernel_text.setText(f"{dot} {kernel.words}{device}")
        self.kernel_text.setToolTip(kernel.sentence)
        mark(self.kernel_text, "kind", _KINDS.get(kernel.state, ""))
