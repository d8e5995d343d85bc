// Which class of the ledger the payload of a flow belongs to, and why its destination has no name.

extension FlowRecord {
    /// The class of the flow's unique payload: the whole of it, for what is said in clear before encryption begins (hellos,
    /// certificates, what precedes STARTTLS) shows names and versions, and nothing of what the app sends.
    var ledgerClass: Ledger.Class {
        guard let service = facts.service else {
            if facts.hasClientHello || facts.hasServerHello { return .tls }
            return facts.isClear ? .readable : .unrecognised
        }
        switch service {
        case .tls, .dtls: return .tls
        case .quic: return .quic
        case .wireguard, .openvpn, .esp, .ike: return .tunnel
        // Media is mostly encrypted, which nothing in its packets tells; the STUN on its ports is little beside it.
        case .rtp, .rtcp, .stun: return .otherEncryption
        case .ssh, .whatsapp, .xiaomiPush: return .otherEncryption
        // What is behind a proxy's greeting and has a known form has that form's service.
        case .socks: return isTLSInside ? .tls : .unrecognised
        // Without TLS it encrypts by itself (MS-RDPBCGR §5.3).
        case .rdp: return isTLSInside ? .tls : .otherEncryption
        case .http, .rtsp, .rtmp, .smtp, .imap, .pop3, .ftp, .nntp, .irc, .managesieve, .sip, .xmpp, .mqtt, .ldap, .postgresql, .mysql:
            return isTLSInside ? .tls : .readable
        case .dns, .mdns, .llmnr, .ntp, .dhcp, .dhcpv6, .ssdp, .nbns, .netbiosDatagram, .dropboxLAN, .spotifyConnect, .bittorrent:
            return .readable
        }
    }

    /// The stream became TLS behind a proxy's greeting or an answer to STARTTLS.
    private var isTLSInside: Bool {
        facts.serverName != nil || facts.hasClientHello || facts.hasServerHello || facts.rareDetails.first?.upgradedToTLS == true
    }

    /// Why the machine that the phone talks to has no name; nil where it has one, or needs none: machines of the phone's own
    /// network, and groups.
    var nameless: Ledger.Nameless? {
        if encryptedClientHello, destination?.nameSource != .dns { return .ech }
        if phone != .responder, let destination, destination.nameSource != .address { return nil }
        let address = phone == .responder ? originator.address : responder.address
        let inside = address.embeddedIPv4 ?? address
        if inside.isLocal || inside.isMulticast || inside.isBroadcast { return nil }
        if encryptedServerName { return .ech }
        switch facts.service {
        case .tls, .dtls, .quic: return .noSNI
        default: return .other
        }
    }
}
