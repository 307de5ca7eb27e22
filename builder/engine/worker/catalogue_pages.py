"""The page of keras.io that describes a class."""

from builder.document.edits import snake_case

_SITE = "https://keras.io/api/"

_SECTIONS = {
    "activations": "activation_layers",
    "attention": "attention_layers",
    "convolutional": "convolution_layers",
    "core": "core_layers",
    "merging": "merging_layers",
    "normalization": "normalization_layers",
    "pooling": "pooling_layers",
    "regularization": "regularization_layers",
    "reshaping": "reshaping_layers",
    "rnn": "recurrent_layers",
}
_PREPROCESSING = {
    "text": {"TextVectorization"},
    "numerical": {"Normalization", "Discretization", "SpectralNormalization"},
    "categorical": {
        "CategoryEncoding",
        "Hashing",
        "HashedCrossing",
        "StringLookup",
        "IntegerLookup",
    },
    "image_preprocessing": {"Resizing", "Rescaling", "CenterCrop", "AutoContrast"},
    "audio_preprocessing": {"MelSpectrogram", "STFTSpectrogram"},
}
_BACKEND_SPECIFIC = {"TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"}
# Pages whose name does not follow from the class; an empty one has no page but its section's.
_NAMES = {
    "Activation": "core_layers/activation/",
    "AutoContrast": "preprocessing_layers/image_preprocessing/auto_constrast/",
    "ContrastLimitedAdaptiveHistogramEqualization": "preprocessing_layers/image_augmentation/",
    "LeakyReLU": "activation_layers/leaky_relu/",
    "MaxNumBoundingBoxes": "preprocessing_layers/image_preprocessing/",
    "PReLU": "activation_layers/prelu/",
    "RMSNormalization": "normalization_layers/",
    "ReLU": "activation_layers/relu/",
    "ReversibleEmbedding": "core_layers/",
    "STFTSpectrogram": "preprocessing_layers/audio_preprocessing/",
    "StackedRNNCells": "recurrent_layers/stacked_rnn_cell/",
}
_GROUPS = {
    "activations": "layers/activations/",
    "callbacks": "callbacks/",
    "constraints": "layers/constraints/",
    "initializers": "layers/initializers/",
    "losses": "losses/",
    "metrics": "metrics/",
    "optimizers": "optimizers/",
    "regularizers": "layers/regularizers/",
    "schedules": "optimizers/learning_rate_schedules/",
}
_KINDS = {
    "losses": {
        "probabilistic_losses": {
            "BinaryCrossentropy",
            "BinaryFocalCrossentropy",
            "CategoricalCrossentropy",
            "CategoricalFocalCrossentropy",
            "SparseCategoricalCrossentropy",
            "Poisson",
            "CTC",
            "KLDivergence",
        },
        "regression_losses": {
            "MeanSquaredError",
            "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
            "MeanSquaredLogarithmicError",
            "CosineSimilarity",
            "Huber",
            "LogCosh",
            "Tversky",
            "Dice",
        },
        "hinge_losses": {"Hinge", "SquaredHinge", "CategoricalHinge"},
    },
    "metrics": {
        "accuracy_metrics": {
            "Accuracy",
            "BinaryAccuracy",
            "CategoricalAccuracy",
            "SparseCategoricalAccuracy",
            "TopKCategoricalAccuracy",
            "SparseTopKCategoricalAccuracy",
        },
        "probabilistic_metrics": {
            "BinaryCrossentropy",
            "CategoricalCrossentropy",
            "SparseCategoricalCrossentropy",
            "KLDivergence",
            "Poisson",
        },
        "regression_metrics": {
            "MeanSquaredError",
            "RootMeanSquaredError",
            "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
            "MeanSquaredLogarithmicError",
            "CosineSimilarity",
            "LogCoshError",
            "R2Score",
        },
        "classification_metrics": {
            "AUC",
            "Precision",
            "Recall",
            "TruePositives",
            "TrueNegatives",
            "FalsePositives",
            "FalseNegatives",
            "PrecisionAtRecall",
            "RecallAtPrecision",
            "SensitivityAtSpecificity",
            "SpecificityAtSensitivity",
            "F1Score",
            "FBetaScore",
        },
        "segmentation_metrics": {"IoU", "BinaryIoU", "OneHotIoU", "OneHotMeanIoU", "MeanIoU"},
        "hinge_metrics": {"Hinge", "SquaredHinge", "CategoricalHinge"},
        "metrics_wrappers": {"MeanMetricWrapper", "Mean", "Sum"},
    },
}
_PAGED = {
    "callbacks": {
        "ModelCheckpoint": "model_checkpoint",
        "BackupAndRestore": "backup_and_restore",
        "TensorBoard": "tensorboard",
        "EarlyStopping": "early_stopping",
        "LearningRateScheduler": "learning_rate_scheduler",
        "ReduceLROnPlateau": "reduce_lr_on_plateau",
        "RemoteMonitor": "remote_monitor",
        "LambdaCallback": "lambda_callback",
        "TerminateOnNaN": "terminate_on_nan",
        "CSVLogger": "csv_logger",
        "ProgbarLogger": "progbar_logger",
        "SwapEMAWeights": "swap_ema_weights",
    },
    "optimizers": {
        "SGD": "sgd",
        "RMSprop": "rmsprop",
        "Adam": "adam",
        "AdamW": "adamw",
        "Adadelta": "adadelta",
        "Adagrad": "adagrad",
        "Adamax": "adamax",
        "Adafactor": "adafactor",
        "Nadam": "Nadam",
        "Ftrl": "ftrl",
        "Lion": "lion",
        "Lamb": "lamb",
        "LossScaleOptimizer": "loss_scale_optimizer",
        "Muon": "muon",
    },
    "schedules": {
        name: snake_case(name)
        for name in (
            "ExponentialDecay",
            "PiecewiseConstantDecay",
            "PolynomialDecay",
            "InverseTimeDecay",
            "CosineDecay",
            "CosineDecayRestarts",
        )
    },
}


def layer_page(name: str, module: str) -> str:
    """The page of a layer; `module` is the folder of keras.src.layers it comes from."""
    layers = _SITE + "layers/"
    if name in _NAMES:
        return layers + _NAMES[name]
    if name.startswith("Adaptive"):
        return layers + "pooling_layers/"
    slug = snake_case(name)
    if module == "convolutional":
        slug = slug.replace("conv", "convolution", 1)
    if name in _BACKEND_SPECIFIC:
        return f"{layers}backend_specific_layers/{slug}/"
    for section, names in _PREPROCESSING.items():
        if name in names:
            return f"{layers}preprocessing_layers/{section}/{slug}/"
    if module == "preprocessing":
        return f"{layers}preprocessing_layers/image_augmentation/{slug}/"
    section = _SECTIONS.get(module, "")
    return f"{layers}{section}/{slug}/" if section else layers


def object_page(group: str, name: str) -> str:
    """The page of a loss, optimizer ...; where many share a page, the place on it."""
    page = _SITE + _GROUPS[group]
    if slug := _PAGED.get(group, {}).get(name):
        return f"{page}{slug}/"
    for kind, names in _KINDS.get(group, {}).items():
        if name in names:
            return f"{page}{kind}/#{name.lower()}-class"
    if group in {"initializers", "regularizers", "constraints"}:
        return f"{page}#{name.lower()}-class"
    return f"{page}#{name.lower()}-function" if group == "activations" else page
