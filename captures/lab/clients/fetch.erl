#!/usr/bin/env escript
%% Asks for an address twice by httpc (Erlang's own TLS).
main([Url]) ->
    {ok, _} = application:ensure_all_started(ssl),
    {ok, _} = application:ensure_all_started(inets),
    [httpc:request(get, {Url, []}, [{timeout, 10000}, {ssl, [{verify, verify_none}]}], []) || _ <- [1, 2]],
    ok.
