"""The catalogue's values: layers and other Keras objects, with every parameter typed.

From one LayerSpec derive the palette entry, the inspector's form, the ports, the generated code
and the contract test. `resources/catalog.json` is the JSON of one `Catalog`.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from builder.document.graph import Node, Port, Ports

Kind = Literal[
    "bool",
    "int",
    "number",  # int or float
    "text",
    "choice",  # one of `choices`
    "ints",  # an int or a list of `length` ints: kernel_size, strides
    "numbers",  # a number or a list of numbers: factors, ranges
    "axis",  # an int or a list of ints
    "shape",  # a list of ints, None for an unknown axis
    "texts",  # a list of strings: vocabularies
    "dtype",  # a dtype name or a dtype policy name
    "object",  # a name from `group` (see `Catalog.objects`) or {"type", "params"}
    "objects",  # a list of those: metrics
    "layer",  # a layer inside this one, as {"type", "params"}
    "layers",  # a list of those: the cells of an RNN
    "feature",  # the name of a feature of the data (Input)
    "target",  # the name of a target of the data (Output)
    "monitor",  # the name of a value that training measures: val_loss (callbacks)
    "constant",  # a number, True or False, or lists of them: in place of a tensor
    "index",  # what stands between the brackets behind a tensor: `:, 0`
    "literal",  # any JSON value, typed as a Python literal
    "code",  # Python source; never run before the user trusts it
]

Group = Literal[
    "activations",
    "initializers",
    "regularizers",
    "constraints",
    "optimizers",
    "schedules",
    "losses",
    "metrics",
    "callbacks",
]

Category = Literal[
    "Custom",
    "Input and output",
    "Core",
    "Convolution",
    "Pooling",
    "Normalization",
    "Regularization",
    "Merge",
    "Activation",
    "Recurrent",
    "Attention",
    "Preprocessing",
    "Reshaping",
    "Math",
    "Logic",
    "Statistics",
    "Arrays",
    "Linear algebra",
    "Functions",
    "Images",
    "Signals",
]

LAYERS = ("keras.layers.", "custom_layers.")
"""How the types of layers begin; those of ops, Inputs and Outputs do not."""

MOST_COUNTED = 256
"""How many outputs a `counted` port can stand for."""


class ParamSpec(Struct, frozen=True, omit_defaults=True):
    """One constructor parameter.

    `default` is its default as a JSON value; a required parameter has none. `example` is what a
    dropped node gets: every required one has it, and those of ops whose default is seldom meant.
    `rare` parameters are folded away in the inspector.
    `keras` is False for what belongs to this program and is not passed to Keras (feature, target).
    `scalar` is False where `ints` or `numbers` must be a list. A `number` with a `group` may be an
    object of that group instead (a learning rate: a schedule); with `decimal`, Keras wants a float
    even for a whole number, so code writes 1 as 1.0. The `choices` of a `layer` are the types that
    fit; none means any. `title` is what a form says where the name is none of Keras's.
    """

    name: str
    kind: Kind
    default: Any = None
    required: bool = False
    example: Any = None
    nullable: bool = False
    choices: tuple[str, ...] = ()
    group: Group | None = None
    length: int = 0
    scalar: bool = True
    decimal: bool = False
    minimum: float | None = None
    maximum: float | None = None
    rare: bool = False
    keras: bool = True
    doc: str = ""
    title: str = ""


class LayerSpec(Struct, frozen=True, omit_defaults=True):
    """One type of node: a layer, an op, keras.Input or output.

    `type` is the public path, `name` the class name. `inputs` and `outputs` are in the order of
    the call; a port whose `when` does not match the node's parameters is absent. A key of `when`
    with dots looks into a parameter: `layer.params.return_state`. `call_params` are the constants
    that the call takes; those of an op are its `params`.
    `rank` is the least number of axes, batch included, that the first input must have, if Keras
    itself does not check it. `operations` are the names that Keras gives to what an op leaves in a
    model; no layer may have them. `adapts` marks layers that learn from data by `adapt()`.
    """

    type: str
    name: str
    category: Category
    params: tuple[ParamSpec, ...] = ()
    call_params: tuple[ParamSpec, ...] = ()
    inputs: tuple[Port, ...] = (Port("inputs"),)
    outputs: tuple[Port, ...] = (Port("output"),)
    summary: str = ""
    doc: str = ""
    url: str = ""
    keywords: tuple[str, ...] = ()
    rank: int | None = None
    adapts: bool = False
    common: bool = False
    tensorflow_only: bool = False
    needs: str = ""
    operations: tuple[str, ...] = ()

    def param(self, name: str) -> ParamSpec | None:
        return next((param for param in self.params if param.name == name), None)

    def call_param(self, name: str) -> ParamSpec | None:
        return next((param for param in self.call_params if param.name == name), None)

    def value_of(self, node_params: Mapping[str, Any], name: str) -> Any:
        """A parameter's value on a node: what was set, else its default."""
        spec = self.param(name)
        return node_params.get(name, spec.default if spec else None)

    @property
    def is_layer(self) -> bool:
        """Whether it is a class of layers, of Keras or of the project's own; ops are none."""
        return self.type.startswith(LAYERS)

    @property
    def keyed(self) -> bool:
        """Whether it takes its tensors as a dict by their ports' names, and gives its results so."""
        return any(port.passing == "entry" for port in self.inputs)

    def example_params(self) -> dict[str, Any]:
        """What a freshly dropped node is given: the examples."""
        return {p.name: p.example for p in self.params if p.example is not None}

    def ports(self, params: Mapping[str, Any], call: Mapping[str, Any] | None = None) -> Ports:
        """The ports that a node of this type has with these parameters and call arguments."""

        def present(port: Port) -> bool:
            return all(
                self._look_up(params, call or {}, key) == value for key, value in port.when.items()
            )

        return Ports(
            tuple(_judged(port, params) for port in self.inputs if present(port)),
            tuple(
                one
                for port in self.outputs
                if present(port)
                for one in _counted(port, self.value_of(params, port.counted))
            ),
        )

    def _look_up(self, node_params: Mapping[str, Any], call: Mapping[str, Any], path: str) -> Any:
        name, *inner = path.split(".")
        if name == "call":
            spec = self.call_param(inner[0])
            return call.get(inner[0], spec.default if spec else None)
        value = self.value_of(node_params, name)
        for key in inner:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def _judged(port: Port, params: Mapping[str, Any]) -> Port:
    """An input port; with its constant given, it needs no wire and stands aside."""
    given = port.constant and not port.optional and params.get(port.name) is not None
    return replace(port, optional=True, rare=True) if given else port


def _counted(port: Port, value: Any) -> tuple[Port, ...]:
    """An output port as the ports that it stands for: so many, or one more than there are cuts."""
    if not port.counted:
        return (port,)
    if isinstance(value, list | tuple):
        number = len(value) + (0 if port.counted == "shape" else 1)
    else:
        number = value if isinstance(value, int) and not isinstance(value, bool) else 1
    names = (f"{port.name}_{place + 1}" for place in range(max(1, min(number, MOST_COUNTED))))
    return tuple(Port(name, doc=port.doc) for name in names)


class ObjectSpec(Struct, frozen=True, omit_defaults=True):
    """A Keras object that is no layer: `alias` is the short string that Keras takes for it.

    `aliases` are further strings that mean it (`uniform`, `mse`): read them, write `alias`.
    `needs` says what it takes beyond parameters, as for a layer.
    """

    type: str
    name: str
    params: tuple[ParamSpec, ...] = ()
    alias: str = ""
    aliases: tuple[str, ...] = ()
    needs: str = ""
    summary: str = ""
    doc: str = ""
    url: str = ""
    common: bool = False

    def param(self, name: str) -> ParamSpec | None:
        return next((param for param in self.params if param.name == name), None)


class Catalog(Struct, frozen=True, dict=True):
    """All that one version of Keras offers. Layers by type; other objects by group, then type."""

    keras: str
    layers: Mapping[str, LayerSpec]
    objects: Mapping[str, Mapping[str, ObjectSpec]]

    def including(self, source: str) -> "Catalog":
        """This catalogue with the layers of a project's own (see `custom`); kept for the source."""
        if not source:
            return self
        known = self._with_custom
        if source not in known:
            # These are made of the specs of this module.
            from builder.catalog.ancestry import inherited
            from builder.catalog.custom import read_custom

            if len(known) >= _REMEMBERED:
                known.clear()
            read, layers = read_custom(source), dict(self.layers)
            for type_, spec in read.layers.items():
                heir = read.heirs[type_]
                layers[type_] = inherited(spec, heir, layers.get(heir.base))
            known[source] = replace(self, layers=layers)
        return known[source]

    @cached_property
    def may_hold_layers(self) -> frozenset[str]:
        """The types with a parameter that takes a layer."""
        return self._with_kinds("layer", "layers")

    @cached_property
    def may_hold_code(self) -> frozenset[str]:
        """The types with a parameter that takes Python code, or a layer that may take some."""
        return self._with_kinds("code", "layer", "layers")

    def _with_kinds(self, *kinds: Kind) -> frozenset[str]:
        every = (*self.layers.values(), *self._internal.values())
        return frozenset(
            spec.type for spec in every if any(param.kind in kinds for param in spec.params)
        )

    @cached_property
    def _with_custom(self) -> dict[str, "Catalog"]:
        return {}

    def layer(self, type_: str) -> LayerSpec | None:
        """What is known of a type: one of the palette, or one that Keras keeps to itself."""
        return self.layers.get(type_) or self._internal.get(type_)

    @cached_property
    def _internal(self) -> Mapping[str, LayerSpec]:
        from builder.catalog.internal import INTERNAL  # it is made of the specs of this module

        return INTERNAL

    def object(self, group: str, type_or_alias: str) -> ObjectSpec | None:
        """An object by its public path, or by the short string Keras takes for it."""
        return self._by_alias.get((group, type_or_alias))

    @cached_property
    def _by_alias(self) -> Mapping[tuple[str, str], ObjectSpec]:
        found: dict[tuple[str, str], ObjectSpec] = {}
        for group, specs in self.objects.items():
            for spec in specs.values():
                found[group, spec.type] = spec
                for alias in (spec.alias, spec.name, *spec.aliases):
                    found.setdefault((group, alias), spec)
        return found

    def ports_of(self, node: Node) -> Ports:
        """The ports of a node; a node of unknown type offers one of each, so wires survive."""
        fixed = self._fixed_ports.get(node.type)
        if fixed is not None:
            return fixed
        spec = self.layer(node.type)
        return _ANY_PORTS if spec is None else spec.ports(node.params, node.call)

    @cached_property
    def _fixed_ports(self) -> Mapping[str, Ports]:
        """Ports by type, of the many types whose nodes all have the same."""
        return {
            type_: Ports(spec.inputs, spec.outputs)
            for type_, spec in self.layers.items()
            if not any(
                port.when or port.constant or port.counted for port in (*spec.inputs, *spec.outputs)
            )
        }


_REMEMBERED = 16
"""How many sources of custom layers are kept read: undo goes back and forth among a few."""

_ANY_PORTS = Ports((Port("inputs", variadic=True, optional=True),), (Port("output"),))
