// The C library's own calls, for whoever needs them: `open`, `fstat`, `fsync`, `errno` and the rest. Foundation would bring
// them along, and with it tables of every language of the world, of which a directory of users needs none.
#if canImport(Glibc)
@_exported public import Glibc
#else
@_exported public import Darwin
#endif
