import ArgumentParser
import MusterCommands

@main
struct Main {
    static func main() async {
        ProcessGuard.set()
        ProcessMemory.giveBackWhatIsFree()
        await Muster.start()
    }
}
