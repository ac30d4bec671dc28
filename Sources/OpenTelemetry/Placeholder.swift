internal import Tracing

enum OpenTelemetryPlaceholder {}
