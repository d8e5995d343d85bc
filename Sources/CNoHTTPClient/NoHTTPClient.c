// FlyingFox serves the page of a live capture. It also has a proxy, which we do not use, by Foundation's URLSession; linked statically
// that would bring libcurl and the forty libraries behind it into a program that must never send anything: 6 ms at each start. In place
// of libcurl these stand here. Nothing calls them: there is no URL session anywhere in the program, and whoever makes one stops it.
// link/libcurl.a is an empty archive, for the linker asks for a library of that name.

#define NEVER(name) void name(void) { __builtin_trap(); }

NEVER(curl_easy_cleanup)
NEVER(curl_easy_getinfo)
NEVER(curl_easy_init)
NEVER(curl_easy_pause)
NEVER(curl_easy_setopt)
NEVER(curl_easy_strerror)
NEVER(curl_free)
NEVER(curl_global_init)
NEVER(curl_multi_add_handle)
NEVER(curl_multi_assign)
NEVER(curl_multi_cleanup)
NEVER(curl_multi_info_read)
NEVER(curl_multi_init)
NEVER(curl_multi_remove_handle)
NEVER(curl_multi_setopt)
NEVER(curl_multi_socket_action)
NEVER(curl_slist_append)
NEVER(curl_slist_free_all)
NEVER(curl_url)
NEVER(curl_url_get)
NEVER(curl_url_set)
NEVER(curl_version)
NEVER(curl_version_info)
