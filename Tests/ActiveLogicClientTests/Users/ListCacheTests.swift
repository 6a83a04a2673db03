import Testing

@testable import ActiveLogicClient

@Suite("Keeping lists")
struct ListCacheTests {
    private let cache = ListCache<Int, String>()
    private let now = ContinuousClock.now

    @Test("a list that was on its way while lists were forgotten is not kept")
    func generations() {
        let generation = cache.generation
        cache.forget()
        cache.keep(entry(), under: 1, since: generation)
        #expect(cache.elements(1, at: now) == nil)
        cache.keep(entry(), under: 1, since: cache.generation)
        #expect(cache.elements(1, at: now) == ["a"])
    }

    @Test("a list is used for 30 s, and known for longer")
    func age() {
        cache.keep(entry(), under: 1, since: cache.generation)
        #expect(cache.elements(1, at: now + .seconds(30)) == ["a"])
        #expect(cache.elements(1, at: now + .seconds(31)) == nil)
        #expect(cache.entry(1)?.revision == 7)
    }

    @Test("lists of another revision are doubted, those of the same are not")
    func doubt() {
        cache.keep(entry(), under: 1, since: cache.generation)
        cache.keep(entry(revision: 8), under: 2, since: cache.generation)
        cache.doubt(allBut: 8)
        #expect(cache.elements(1, at: now) == nil)
        #expect(cache.elements(2, at: now) == ["a"])
        cache.doubt()
        #expect(cache.elements(2, at: now) == nil)
        #expect(cache.entry(2) != nil)
    }

    @Test("a thousand lists are kept at most")
    func room() {
        for key in 0..<1_000 { cache.keep(entry(), under: key, since: cache.generation) }
        #expect(cache.elements(0, at: now) != nil)
        cache.keep(entry(), under: 1_000, since: cache.generation)
        #expect(cache.elements(0, at: now) == nil)
        #expect(cache.elements(1_000, at: now) != nil)
    }

    private func entry(revision: Int64 = 7) -> ListCache<Int, String>.Entry {
        ListCache.Entry(elements: ["a"], revision: revision, checkedAt: now)
    }
}
