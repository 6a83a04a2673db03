import ArgumentParser
import MusterCommands

@main
struct Main {
    static func main() async { await Muster.main() }
}
