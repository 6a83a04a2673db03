import ArgumentParser
import MusterCommands

@main
struct Main {
    static func main() async {
        ProcessMemory.giveBackWhatIsFree()
        await Muster.main()
    }
}
