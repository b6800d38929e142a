// Loaded into each service of the source tree (LD_PRELOAD, see with-env): a listener on all addresses is put on the
// loopback, unless its port is published. Kalisi's own services listen everywhere with plain HTTP and without a login,
// and this machine reaches a container by its address whatever is published:
// https://docs.docker.com/engine/network/port-publishing/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// KALISI_PUBLISHED is a list such as "8443,9000".
static int is_published(in_port_t port) {
  const char *list = getenv("KALISI_PUBLISHED");
  while (list != NULL && *list != '\0') {
    char *end;
    if (strtoul(list, &end, 10) == ntohs(port)) return 1;
    list = *end == ',' ? end + 1 : NULL;
  }
  return 0;
}

static int get(int fd, int level, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, option, &value, &size) == 0 ? value : 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  // Without a port of its own it is no listener, but the near end of a connection.
  if (address == NULL || get(fd, SOL_SOCKET, SO_TYPE) != SOCK_STREAM) return next(fd, address, length);
  if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
    struct sockaddr_in changed;
    memcpy(&changed, address, sizeof changed);
    if (changed.sin_addr.s_addr == htonl(INADDR_ANY) && changed.sin_port != 0 && !is_published(changed.sin_port)) {
      changed.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      return next(fd, (struct sockaddr *)&changed, sizeof changed);
    }
  }
  if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
    struct sockaddr_in6 changed;
    memcpy(&changed, address, sizeof changed);
    if (IN6_IS_ADDR_UNSPECIFIED(&changed.sin6_addr) && changed.sin6_port != 0 && !is_published(changed.sin6_port)) {
      // One that serves both protocols is asked by IPv4, as the health checks do.
      const unsigned char mapped[16] = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1};
      if (get(fd, IPPROTO_IPV6, IPV6_V6ONLY)) changed.sin6_addr = in6addr_loopback;
      else memcpy(&changed.sin6_addr, mapped, sizeof mapped);
      return next(fd, (struct sockaddr *)&changed, sizeof changed);
    }
  }
  return next(fd, address, length);
}
