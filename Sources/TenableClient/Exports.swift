// Bodies and records are JSON, and options have authorities: whoever imports this library can name their types.
@_exported public import ClientTransport
@_exported public import WireJSON
