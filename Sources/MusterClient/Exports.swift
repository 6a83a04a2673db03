// Bodies and records are those of the API, and options have authorities: whoever imports this library can name their types.
@_exported public import ClientTransport
@_exported public import MusterAPI
@_exported public import WireJSON
