/* Asks a host twice by mbed TLS with its defaults for a client. Prints the library's version when called without a name. */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <stdio.h>

int main(int count, char **arguments) {
    if (count < 2) return puts(MBEDTLS_VERSION_STRING_FULL) < 0;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_config configuration;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ssl_config_init(&configuration);
    mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0);
    mbedtls_ssl_config_defaults(&configuration, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_authmode(&configuration, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(&configuration, mbedtls_ctr_drbg_random, &random);
    for (int n = 0; n < 2; n++) {
        static const unsigned char request[] = "GET / HTTP/1.1\r\nHost: lab\r\n\r\n";
        unsigned char answer[1024];
        mbedtls_net_context socket;
        mbedtls_ssl_context tls;
        mbedtls_net_init(&socket);
        mbedtls_ssl_init(&tls);
        if (mbedtls_net_connect(&socket, arguments[1], "443", MBEDTLS_NET_PROTO_TCP)) return 1;
        mbedtls_ssl_setup(&tls, &configuration);
        mbedtls_ssl_set_hostname(&tls, arguments[1]);
        mbedtls_ssl_set_bio(&tls, &socket, mbedtls_net_send, mbedtls_net_recv, NULL);
        if (mbedtls_ssl_write(&tls, request, sizeof request - 1) > 0)
            while (mbedtls_ssl_read(&tls, answer, sizeof answer) > 0) {}
        mbedtls_ssl_free(&tls);
        mbedtls_net_free(&socket);
    }
    return 0;
}
