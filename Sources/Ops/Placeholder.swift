internal import Hummingbird

enum OpsPlaceholder {}
