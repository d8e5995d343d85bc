import Testing

@testable import TrafficCore

@Suite struct CommentLabelTests {
    private func label(_ comment: String, apps: [CaptureApp] = []) -> AppLabel? {
        AppLabel(comment: Array(comment.utf8), apps: Dictionary(apps.map { ($0.uid, $0) }) { $1 })
    }

    @Test("PCAPdroid's user id, with the app that a block names")
    func pcapdroid() {
        let apps = [CaptureApp(uid: 10303, package: "org.weatherly", name: "Weatherly")]
        #expect(label("u-10303", apps: apps) == AppLabel(place: .appBlock, uid: 10303, package: "org.weatherly", name: "Weatherly"))
        #expect(label("u-10304", apps: apps) == AppLabel(place: .appBlock, uid: 10304))
        #expect(label("u-10304\n") == AppLabel(place: .appBlock, uid: 10304))
        #expect(label("u--1") == nil && label("u-") == nil && label("u-1x") == nil)
    }

    @Test("pymobiledevice3: the effective process is the app; names hold commas and keys")
    func pymobiledevice() {
        #expect(label("PID: 7, ProcName: A, EPID: 9, EProcName: B, SVC: 0") == AppLabel(place: .comment, pid: 9, process: "B"))
        #expect(label("PID: 7, ProcName: A, EPID: 9, EProcName: B, C & D, SVC: 0")?.process == "B, C & D")
        #expect(label("PID: 7, ProcName: X, EPID: 1, EPID: 9, EProcName: B, SVC: 0, SVC: 0")?.process == "B, SVC: 0")
        #expect(label("PID: 7, ProcName: A, EPID: 7, EProcName: , SVC: 0")?.process == "A")
        #expect(label("PID: 132, ProcName: A, EPID: 0, EProcName: kernel_task, SVC: 0") == AppLabel(place: .comment, pid: 132, process: "A"))
        #expect(label("PID: 0, ProcName: Unknown, EPID: 0, EProcName: Unknown, SVC: 0") == nil)
    }

    @Test("ptcpdump: the command's last part; RustNet's process")
    func others() {
        #expect(label("PID: 553587\nCmd: /usr/bin/wget\nArgs: wget kernel.org") == AppLabel(place: .comment, pid: 553_587, process: "wget"))
        #expect(label("PID:42 Process:Signal Desktop") == AppLabel(place: .comment, pid: 42, process: "Signal Desktop"))
        #expect(label("PID: 12") == nil && label("a remark") == nil && label("") == nil && label("PID:") == nil)
        #expect(label("marker: background") == nil)
    }
}
