extension QRCode {
    /// The code as a picture in SVG, black on white with its margin, one path.
    public var svg: String {
        let side = size + 2 * QRCode.margin
        var path = ""
        for row in 0..<size {
            var column = 0
            while column < size {
                guard isDark(row, column) else {
                    column += 1
                    continue
                }
                let start = column
                while isDark(row, column) { column += 1 }
                let (x, y) = (start + QRCode.margin, row + QRCode.margin)
                path += "M\(x) \(y)h\(column - start)v1h-\(column - start)z"
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" "
            + "shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
            + "<path d=\"\(path)\"/></svg>"
    }

    /// The code for a terminal: two rows of modules in a line, by half blocks in black on white.
    public var terminalText: String {
        let last = size + QRCode.margin
        return stride(from: -QRCode.margin, to: last, by: 2).map { row in
            let blocks = (-QRCode.margin..<last).map { column in
                switch (isDark(row, column), isDark(row + 1, column)) {
                case (false, false): " "
                case (true, false): "\u{2580}"
                case (false, true): "\u{2584}"
                case (true, true): "\u{2588}"
                }
            }
            // Said in full, because a terminal's own colours may be the other way round.
            return "\u{1B}[30;107m" + blocks.joined() + "\u{1B}[0m"
        }.joined(separator: "\n")
    }
}
