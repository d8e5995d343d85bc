<?php
// Asks for an address twice: by the curl extension ("curl") or by PHP's own streams ("stream").
[, $how, $url] = $argv;
$handle = $how === "curl" ? curl_init($url) : null;
for ($n = 0; $n < 2; $n++) {
    if ($handle) {
        curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
        curl_exec($handle);
    } else {
        file_get_contents($url);
    }
}
