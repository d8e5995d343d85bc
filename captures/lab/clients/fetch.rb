# Asks for an address twice by net/http.
require "net/http"
uri = URI(ARGV[0])
http = Net::HTTP.new(uri.host, uri.port)
http.use_ssl = true
2.times { http.start { |open| open.get("/") } }
