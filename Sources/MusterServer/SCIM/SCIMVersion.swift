import HTTPTypes
import HummingbirdCore
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Versions of resources as weak entity tags (RFC 7644 section 3.14, RFC 9110 section 8.8.3).
enum SCIMVersion {
    /// How many bytes of the digest are shown.
    private static let shown = 8

    /// The tag of what a resource shows.
    static func tag(_ bytes: [UInt8], _ digester: any Digester) -> String {
        let digits = digester.digest(bytes).bytes.withUnsafeBufferPointer {
            Hex.text(UnsafeBufferPointer(rebasing: $0.prefix(shown)))
        }
        return String(unsafeUninitializedCapacity: 2 * shown + 4) { room in
            var writer = RoomWriter(UnsafeMutableRawBufferPointer(room))
            writer.add("W/\"" as StaticString)
            writer.add(digits)
            writer.add("\"" as StaticString)
            return writer.count
        }
    }

    /// What the server knows of a resource.
    static func meta(
        _ type: String,
        created: Timestamp,
        changed: Timestamp,
        location: String,
        version: String
    ) -> JSONValue {
        .object(
            JSONObject([
                ("resourceType", .string(type)), ("created", .string(created.preciseText)),
                ("lastModified", .string(changed.preciseText)), ("location", .string(location)),
                ("version", .string(version)),
            ])
        )
    }

    /// Refuses a change of what has become another version than those that the caller names (`If-Match`), or is one that it
    /// does not want changed (`If-None-Match`, RFC 9110 section 13.1.2).
    ///
    /// - Throws: ``MusterError`` with code `revision.changed`.
    static func require(_ version: String, _ wanted: Wanted) throws(MusterError) {
        if let expected = wanted.expected, !names(expected, version) {
            throw MusterError(
                .revisionChanged,
                "The resource is \(version) now. Read it again, and make the change from what it is."
            )
        }
        guard let spared = wanted.spared, names(spared, version) else { return }
        throw MusterError(
            .revisionChanged,
            "The resource is \(version), which \"If-None-Match\" names, and was not changed. Use \"If-Match\" to change that one."
        )
    }

    /// Which versions of a resource a caller wants changed.
    struct Wanted: Sendable {
        /// These alone; nil for any.
        let expected: String?
        /// None of these; nil if any may be.
        let spared: String?
    }

    /// Whether a field names a version, or any.
    static func names(_ field: String, _ version: String) -> Bool {
        field.utf8.split(separator: UInt8(ascii: ",")).contains { part in
            let tag = part.filter { $0 != UInt8(ascii: " ") }
            return tag.elementsEqual("*".utf8) || opaque(tag).elementsEqual(opaque(version.utf8))
        }
    }

    /// The tag without the mark of a weak one, as weak tags are compared (RFC 9110 section 8.8.3.2).
    private static func opaque(_ tag: some Collection<UInt8>) -> [UInt8] {
        Array(tag.starts(with: "W/".utf8) ? tag.dropFirst(2) : tag[...])
    }
}

extension Call {
    /// The versions at which the caller wants a change made.
    var wantedVersions: SCIMVersion.Wanted {
        SCIMVersion.Wanted(
            expected: request.headers[.ifMatch]?.head(1024),
            spared: request.headers[.ifNoneMatch]?.head(1024)
        )
    }
}

extension Request {
    /// Whether the caller has this version already.
    func knows(_ version: String) -> Bool {
        headers[.ifNoneMatch].map { SCIMVersion.names($0.head(1024), version) } ?? false
    }
}

extension ReadCall {
    /// Whether the caller has this version already.
    func knows(_ version: String) -> Bool {
        knownTags.map { SCIMVersion.names($0.head(1024), version) } ?? false
    }
}
