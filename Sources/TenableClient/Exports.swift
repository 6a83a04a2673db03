// Bodies and records are JSON: whoever imports this library can name their type.
@_exported public import WireJSON
