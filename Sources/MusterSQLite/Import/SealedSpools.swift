public import MusterCore
import Synchronization

/// Imports that wait in sealed files of a folder, without a name there.
public final class SealedSpools: ImportSpools {
    /// The descriptors that waiting imports hold at most.
    public static var descriptors: Int { SpoolPlaces.limit }

    private let folder: String
    private let sealer: any Sealer
    private let places = SpoolPlaces()

    /// Keeps imports on the disk of a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - sealer: Seals what is kept.
    public init(folder: String, sealer: any Sealer) {
        self.folder = folder
        self.sealer = sealer
    }

    /// Makes a file for an import.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, or `server.overloaded` where too many are under way.
    public func makeSpool() throws(MusterError) -> any ImportSpool {
        try SealedSpool(folder: folder, sealer: sealer, place: try places.take())
    }
}

/// How many imports may wait in spools at a time: each takes a descriptor and room on the disk.
final class SpoolPlaces: Sendable {
    /// The most.
    static let limit = 16

    /// One of them, given back when nothing holds it any more.
    final class Place: Sendable {
        private let places: SpoolPlaces

        fileprivate init(_ places: SpoolPlaces) {
            self.places = places
        }

        deinit {
            places.taken.subtract(1, ordering: .relaxed)
        }
    }

    private let taken = Atomic(0)

    /// Takes a place.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` where none is free.
    func take() throws(MusterError) -> Place {
        let count = taken.add(1, ordering: .relaxed).newValue
        let place = Place(self)
        guard count <= SpoolPlaces.limit else {
            throw .overloaded("Too many imports are under way.", retryAfter: 10, for: .imports)
        }
        return place
    }
}
