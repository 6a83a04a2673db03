import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Metrics", .everyStore)
struct MetricsTests {
    private let metrics = RequestMetrics(["/users", "/users/:id", "/users"])

    private func request(
        _ method: String = "GET",
        _ route: String = "/users",
        _ status: Int = 200,
        microseconds: UInt64 = 50,
        refusal: MusterError.Code? = nil,
        id: String = "0"
    ) -> ServedRequest {
        ServedRequest(
            id: id,
            method: method,
            route: route,
            status: status,
            nanoseconds: microseconds * 1000,
            client: nil,
            refusal: refusal
        )
    }

    private func report(
        _ test: TestDirectory,
        _ sample: DirectorySample? = nil
    ) -> MetricsReport {
        MetricsReport(
            directory: test.directory,
            requests: metrics,
            sample: sample ?? DirectorySample(test.directory),
            readiness: Readiness(test.directory),
            certificate: nil,
            version: "1.2.3",
            process: {
                ProcessFigures(
                    processorSeconds: 1.5,
                    residentBytes: 1024,
                    descriptors: 7,
                    mostDescriptors: 99,
                    startSeconds: 1_600_000_000
                )
            }
        )
    }

    @Test("requests are counted by route, method and class of status, whoever counts them")
    func requests() async throws {
        for id in ["0", "1", "a", "f"] { metrics.count(request(id: id)) }
        metrics.count(request("POST", "/users", 201))
        metrics.count(request("GET", "/users/:id", 404, refusal: .userNotFound))
        let text = await report(try await TestDirectory()).text(.openMetrics)
        #expect(
            text.contains(
                "muster_http_requests_total{route=\"/users\",method=\"GET\",status=\"2xx\"} 4\n"
            )
        )
        #expect(
            text.contains(
                "muster_http_requests_total{route=\"/users\",method=\"POST\",status=\"2xx\"} 1\n"
            )
        )
        #expect(
            text.contains(
                "muster_http_requests_total{route=\"/users/:id\",method=\"GET\",status=\"4xx\"} 1\n"
            )
        )
        #expect(text.contains("muster_refusals_total{reason=\"user.not_found\"} 1\n"))
        #expect(text.contains("muster_refusals_total{reason=\"server.internal\"} 0\n"))
        #expect(text.hasSuffix("# EOF\n"))
    }

    @Test("what strangers make up has no label of its own: no path, no method, no status")
    func bounded() {
        for number in 0..<1000 {
            metrics.count(request("M\(number)", "/made/up/\(number)", 700 + number))
        }
        let counts = metrics.counts()
        #expect(metrics.routes == ["/users", "/users/:id", "none"])
        #expect(counts.requests(route: 2, method: 7, statusClass: 4) == 1000)
    }

    @Test("a histogram's buckets hold what took no longer than their bound, the last all")
    func histogram() {
        for microseconds: UInt64 in [100, 101, 250, 10_000_000, 10_000_001] {
            metrics.count(request(microseconds: microseconds))
        }
        metrics.count(request("GET", "/users", 404, microseconds: 100))
        let buckets = metrics.counts().cumulated(route: 0, statusClass: 1)
        #expect(buckets[0] == 1 && buckets[1] == 3)
        #expect(buckets[RequestCounts.bounds.count - 1] == 4)
        #expect(buckets.last == 5)
        #expect(abs(metrics.counts().seconds(route: 0, statusClass: 1) - 20.000452) < 0.000001)
        #expect(metrics.counts().cumulated(route: 0, statusClass: 3).last == 1)
        #expect(metrics.counts().cumulated(route: 1, statusClass: 1).last == 0)
    }

    @Test(
        "how long requests took is told by route and class of status, and of no class without any"
    )
    func durations() async throws {
        metrics.count(request(microseconds: 200))
        metrics.count(request("POST", "/users", 201, microseconds: 300))
        metrics.count(request("GET", "/users", 503, microseconds: 3_000_000))
        let text = await report(try await TestDirectory()).text(.openMetrics)
        let family = "muster_http_request_duration_seconds"
        for line in [
            "_bucket{route=\"/users\",status=\"2xx\",le=\"0.00025\"} 1",
            "_bucket{route=\"/users\",status=\"2xx\",le=\"+Inf\"} 2",
            "_count{route=\"/users\",status=\"2xx\"} 2",
            "_count{route=\"/users\",status=\"5xx\"} 1",
            "_sum{route=\"/users\",status=\"5xx\"} 3.0",
        ] {
            #expect(text.contains(family + line + "\n"), "\(line)")
        }
        #expect(!text.contains(family + "_count{route=\"/users\",status=\"4xx\"}"))
    }

    @Test("labels and help are written so that nothing in them ends a line or a label")
    func escaping() {
        var text = MetricsText(.openMetrics)
        text.begin("a", .gauge, "one\ntwo \\ \"three\"")
        text.sample("", [("l", "x\"y\\z\n")], UInt64(1))
        text.end()
        #expect(
            text.text
                == "# TYPE a gauge\n# HELP a one\\ntwo \\\\ \\\"three\\\"\na{l=\"x\\\"y\\\\z\\n\"} 1\n# EOF\n"
        )
    }

    @Test("in the older form families have the names of their samples, and nothing ends the text")
    func older() {
        var text = MetricsText(.prometheus)
        text.begin("a", .counter, unit: "seconds", "x")
        text.sample("_total", [], UInt64(1))
        text.begin("b", .info, "y")
        text.end()
        #expect(
            text.text
                == "# TYPE a_total counter\n# HELP a_total x\na_total 1\n# TYPE b_info gauge\n# HELP b_info y\n"
        )
    }

    @Test("sign-ins, limits, users and sessions are told, the last two as they were counted last")
    func directory() async throws {
        let test = try await TestDirectory()
        let sample = DirectorySample(test.directory)
        #expect(!(await report(test, sample).text(.openMetrics)).contains("muster_users"))
        await sample.count()
        _ = try await test.makeUser("jane@example.com")
        _ = try await test.logIn("jane@example.com")
        test.directory.refusals.troubles.note(.imports)
        let text = await report(test, sample).text(.openMetrics)
        for line in [
            "muster_sign_ins_total{method=\"password\",result=\"accepted\"} 1",
            "muster_sign_ins_total{method=\"passkey\",result=\"refused\"} 0",
            "muster_limits_reached_total{limit=\"imports\"} 1", "muster_users 1",
            "muster_sessions 0",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        await sample.count()
        let later = await report(test, sample).text(.openMetrics)
        #expect(later.contains("muster_users 2\n") && later.contains("muster_sessions 1\n"))
    }

    @Test("passwords that wait are told by queue, and how long they have waited")
    func hashing() async throws {
        let test = try await TestDirectory(hasher: QueueingHasher(isFull: false))
        let text = await report(test).text(.openMetrics)
        for line in [
            "muster_hashing_waiting{queue=\"own\"} 3", "muster_hashing_places{queue=\"own\"} 64",
            "muster_hashing_wait_seconds_bucket{queue=\"own\",le=\"0.001\"} 1",
            "muster_hashing_wait_seconds_count{queue=\"own\"} 1",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test("the process and the readiness checks are told")
    func process() async throws {
        let text = await report(try await TestDirectory()).text(.openMetrics)
        for line in [
            "muster_build_info{version=\"1.2.3\"} 1", "process_open_fds 7",
            "process_cpu_seconds_total 1.5", "process_resident_memory_bytes 1024.0",
            "muster_ready{check=\"write\"} 1",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }
}

@Suite("Refusals in the log", .everyStore)
struct RefusalPaceTests {
    @Test(
        "so many in a second are told one by one, the rest are counted and told with the next second"
    )
    func pace() {
        let pace = RefusalPace()
        let start: UInt64 = 5_000_000_000
        let told = (0..<150).count { _ in pace.take(start).isTold }
        #expect(told == RefusalPace.perSecond)
        let next = pace.take(start + 1_000_000_000)
        #expect(next.isTold && next.untold == 150 - RefusalPace.perSecond)
        #expect(pace.take(start + 1_500_000_000).untold == 0)
    }
}
