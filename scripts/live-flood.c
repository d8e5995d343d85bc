/* Sends UDP datagrams of one size to one address for some seconds, at a rate or as fast as it goes; prints how many it sent.
 * For scripts/live-bench: live-flood ADDRESS OCTETS PER_SECOND SECONDS FLOWS */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 32 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **words) {
    if (count != 6) return 64;
    size_t size = strtoul(words[2], 0, 10);
    double rate = atof(words[3]), seconds = atof(words[4]);
    int flows = atoi(words[5]);
    if (size > 65000 || flows < 1 || flows > 1000) return 64;
    static char body[65000];
    struct mmsghdr messages[BATCH];
    struct iovec part = {body, size};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    if (inet_pton(AF_INET, words[1], &to.sin_addr) != 1) return 64;
    memset(messages, 0, sizeof messages);
    for (int index = 0; index < BATCH; index++) {
        messages[index].msg_hdr.msg_iov = &part;
        messages[index].msg_hdr.msg_iovlen = 1;
    }
    int sockets[1000];
    for (int index = 0; index < flows; index++) {
        sockets[index] = socket(AF_INET, SOCK_DGRAM, 0);
        if (sockets[index] < 0 || connect(sockets[index], (struct sockaddr *)&to, sizeof to)) return 1;
    }
    unsigned long sent = 0;
    double start = now(), time = start;
    for (unsigned long turn = 0; time < start + seconds; turn++, time = now()) {
        if (rate > 0 && sent >= (time - start) * rate) {
            struct timespec pause = {0, 50000};
            nanosleep(&pause, 0);
            continue;
        }
        int done = sendmmsg(sockets[turn % flows], messages, BATCH, 0);
        if (done > 0) sent += done;
    }
    printf("%lu\n", sent);
}
