internal import CoreMetrics

enum PrometheusPlaceholder {}
