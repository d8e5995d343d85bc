#include <pcap/pcap.h>
#include <linux/capability.h>
#include <sys/prctl.h>

// In the C library, but declared only by libcap.
extern int capget(cap_user_header_t header, cap_user_data_t data);
extern int capset(cap_user_header_t header, const cap_user_data_t data);

// prctl takes any number of arguments, which Swift cannot call.
static inline int no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
