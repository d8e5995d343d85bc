import Foundation

@testable import TrafficCore

/// Small lists in their publishers' forms. Hosts and companies are made up (reserved names, RFC 2606); no publisher's row is in them.
enum ListSamples {
    static let radarDomain = """
        {"domain": "rad.example", "owner": {"name": "Rad, Inc.", "displayName": "Rad"}, "prevalence": 0.01, "sites": 12, "fingerprinting": 2,
         "subdomains": ["a", "b"], "cnames": [{"original": "metrics.shop.example", "resolved": "shop.rad.example"}],
         "categories": ["Ad Motivated Tracking", "Session Replay"], "resources": [{"rule": "rad\\\\.example\\\\/x", "type": "Script"}]}
        """
    static let radarEntity = #"{"name": "Rad, Inc.", "displayName": "Rad", "properties": ["rad.example", "rad2.example"], "prevalence": {"total": 1}}"#
    static let radarDomainMap = #"{"rad3.example": {"entityName": "Rad, Inc.", "aliases": ["rad.example"], "displayName": "Rad"}}"#
    static let radarEntityMap = #"{"Rad, Inc.": {"displayName": "Rad", "properties": ["rad4.example"], "prevalence": 1}}"#
    static let radarCategories = "domain,Ad Motivated Tracking,Advertising,CDN\nrad2.example,1,0,1\nrad5.example,0,1,0\n"
    static let trackerData = """
        {"trackers": {
          "track.example": {"domain": "track.example", "owner": {"name": "Track Inc.", "displayName": "Track"}, "prevalence": 0.1,
            "fingerprinting": 1, "cookies": 0.2, "default": "block", "categories": ["Analytics"], "rules": [{"rule": "track\\\\.example\\\\/t"}]}},
         "entities": {"Track Inc.": {"domains": ["track.example", "track-cdn.example"], "prevalence": 1, "displayName": "Track"}},
         "domains": {"track-cdn.example": "Track Inc."}, "cnames": {"t.cloaked.example": "x.track.example"}}
        """
    static let disconnectServices = """
        {"license": "words", "categories": {
          "Advertising": [{"Acme Ads": {"https://acme.example/": ["ads.acme.example"], "dnt": "eff", "performance": "true"}}],
          "Analytics": [{"Acme Ads": {"https://acme.example/": ["ads.acme.example", "stats.acme.example"]}}]}}
        """
    static let disconnectEntities = #"{"license": "words", "entities": {"Acme Ads": {"properties": ["acme.example"], "resources": ["acme-cdn.example"]}}}"#
    static let ghosteryPattern = """
        name: Hum Stat
        category: site_analytics
        organization: hum

        --- domains
        hum.example
        --- domains

        --- filters
        ||f.hum.example^$3p
        ||hum.example/path
        --- filters
        """
    static let ghosteryOrganization = "name: Hum Labs\nwebsite_url: https://hum.example/\ncountry: UK\n"
    static let ghosteryExport = """
        {"categories": {"site_analytics": {"name": "Site Analytics"}}, "organizations": {"hum": {"name": "Hum Labs", "country": "GB"}},
         "patterns": {"hum_stat": {"name": "Hum Stat", "category": "site_analytics", "organization": "hum", "domains": ["hum.example"],
           "filters": ["||f.hum.example^"]}}, "domains": {"hum.example": "hum_stat"}, "filters": {}}
        """
    static let adguardTrackers = """
        {"timeUpdated": "2031-02-03T04:05:06.000Z", "categories": {"101": "mobile_analytics"},
         "trackers": {"plum": {"name": "Plum SDK", "categoryId": 101, "url": "https://plum.example", "companyId": "plumco"}},
         "trackerDomains": {"plum.example": "plum"}}
        """
    static let adguardCompanies = #"{"timeUpdated": "2031-02-03T04:05:06.000Z", "companies": {"plumco": {"name": "Plum Ltd", "websiteUrl": "u", "description": null}}}"#
    static let adguardDomains = "domain;tracker_id;category_id\npear.example;pear_sdk;4\n"
    static let exodus = """
        {"trackers": {
          "1": {"id": 1, "name": "Oak Metrics", "code_signature": "com.oak.", "network_signature": "oak\\\\.example|\\\\.oaks\\\\.example", "website": "u",
            "categories": ["Analytics", "Crash reporting"], "creation_date": "2030-01-01", "documentation": []},
          "2": {"id": 2, "name": "Nothing", "code_signature": "com.n", "network_signature": "", "website": ""},
          "3": {"id": 3, "name": "Hostile", "network_signature": "(a+)+$|([a-z]*)*b|elm\\\\.example"}}}
        """
    static let xray = #"[{"country": "uk", "doms": ["fir.example", "fir2.example"], "owner_name": "Fir", "parent": null, "root_parent": "Fir Holding"}]"#
    static let filterList = """
        [Adblock Plus 2.0]
        ! Title: Example privacy list
        ! Last modified: 03 Feb 2031 10:30 UTC
        ! Licence: https://list.example/licence
        ||stat.example^
        ||tele.example^$third-party,image
        @@||ok.stat.example^
        ||only.example^$domain=site.example
        ||first.example^$~third-party
        ||path.example/x^
        ||wild.*.example^
        ||any.^
        example.com##.ad
        -banner-
        ||not a host^
        ||port.example:8080^
        """
    static let hosts = "# Title: Example ad hosts\n# Date: 3 February 2031 (UTC)\n127.0.0.1 localhost\nfe80::1%lo0 localhost\n::1 ip6-localhost\n0.0.0.0 ad.example # why\r\n0.0.0.0 ad2.example ad3.example\n"
    static let own = """
        # date: 2031-02-03
        # licence: CC0-1.0
        host_suffix\tmatch\towner\towner_parent\towner_hq_country\tcategory\tshared
        own.example\tsuffix\tOwn\tOwn Group\tNL\tanalytics\tno
        log*.own.example\tglob\tOwn Logs\tOwn Group\tNL\tcrash-reporting\tno
        only.own.example\tfull\tOwn Only\t\t\t\tyes
        """
    static let domainList = "include:willow # a part\nash.example\nfull:exact.ash.example\nads.ash.example @ads\nkeyword:ashtree\nregexp:^(www|m)\\.ash2\\.example$\nregexp:^a.{3,}z$\n"

    static func source(_ text: String, _ path: String) -> ListSource { ListSource(path: path, octets: Array(text.utf8)) }

    /// What becomes of files, read one after the other as one list.
    static func rows(_ files: [(text: String, path: String)], kind: ListKind? = nil) -> ListRows {
        var rows = ListRows(), reader: (any ListReader)?
        for file in files {
            let source = source(file.text, file.path)
            let form: ListForm
            if let kind { form = ListDetection.form(of: source, as: kind) } else if case .form(let found) = ListDetection.form(of: source) { form = found } else { continue }
            if reader == nil { reader = form.kind.reader }
            reader?.read(source, form, into: &rows)
        }
        reader?.finish(into: &rows)
        return rows
    }

    /// Imports files into `folder`, which is the list folder too, and opens what was imported.
    static func lists(_ files: [(text: String, path: String)], in folder: String, options: ListImport.Options = .init()) throws -> DestinationLists {
        var work = ListImport(options: options)
        for file in files {
            let path = folder + "in/" + file.path
            try FileManager.default.createDirectory(atPath: URL(filePath: path).deletingLastPathComponent().path(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: URL(filePath: path))
            try work.read(path)
        }
        try work.finish(folder: folder + "lists")
        return DestinationLists(folder: folder + "lists", cacheFolder: folder + "cache")
    }
}
