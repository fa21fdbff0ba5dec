// The load: a closed loop of DNS queries over UDP against one server on loopback.
//
// W queries are outstanding on each of S sockets. S large and W 1 looks like resolvers, which take a new source port for each query; S small
// and W large looks like forwarders and load generators, which share ports. A name server on one thread answers first come, first served, so
// the sockets are walked in the order in which they were asked and nothing is spent on finding out which of them is ready: what the loop
// costs is the system calls that a client cannot do without. It never sleeps while replies are due, so the server pays for no wake-ups.
// A burst of queries of one length leaves by UDP_SEGMENT (they arrive one by one all the same): real clients do not share one core either,
// and a client that is slower than the server measures itself.
//
// usage: load ADDRESS PORT SECONDS SOCKETS OUTSTANDING NAMES [subnets]
//   NAMES     a file of owner names, one a line; asked in turn, type A
//   subnets   each query carries an EDNS Client Subnet: a /24 drawn anew for it from 1.0.0.0 to 223.255.255.0, so that nothing comes twice soon
// prints one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { QUERIES = 16384, QUERY_BYTES = 320, REPLY_BYTES = 2048, MAX_SOCKETS = 4096, MAX_BURST = 64 };
static const uint64_t GIVE_UP_NANOS = 200000000; // a reply that late is lost

static uint8_t query[QUERIES][QUERY_BYTES];
static int query_length[QUERIES];

typedef struct { int handle; int outstanding; } Client;
static Client client[MAX_SOCKETS];

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t state = 0x9E3779B97F4A7C15u; // a fixed seed: every server gets the same queries
static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state * 0x2545F4914F6CDD1Du;
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(2);
}

static char **lines(const char *path, int *count) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  char **all = NULL, *line = NULL;
  size_t room = 0;
  ssize_t length;
  int n = 0;
  while ((length = getline(&line, &room, file)) > 0) {
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) line[--length] = 0;
    if (length == 0) continue;
    if ((n & (n - 1)) == 0) all = realloc(all, sizeof *all * (size_t)(n ? 2 * n : 1));
    if (!all || !(all[n++] = strdup(line))) fail(path);
  }
  free(line);
  fclose(file);
  if (n == 0) { errno = ENODATA; fail(path); }
  *count = n;
  return all;
}

static int put_name(uint8_t *at, const char *name) {
  int length = 0;
  while (*name) {
    const char *dot = strchrnul(name, '.');
    int label = (int)(dot - name);
    if (label < 1 || label > 63 || length + label > 250) { errno = EINVAL; fail(name); }
    at[length++] = (uint8_t)label;
    memcpy(at + length, name, (size_t)label);
    length += label;
    name = *dot ? dot + 1 : dot;
  }
  at[length++] = 0;
  return length;
}

// RFC 6891 §6.1.2 and RFC 7871 §6: an OPT record with room for a /24, the last three octets of the query.
static int put_option(uint8_t *at) {
  const uint8_t opt[] = {0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0, 0, 0, 0};
  memcpy(at, opt, sizeof opt);
  return sizeof opt;
}

static void draw_subnet(uint8_t *last_of_query) {
  uint64_t r = next_random();
  last_of_query[-2] = (uint8_t)(1 + (r >> 32) % 223), last_of_query[-1] = (uint8_t)(r >> 8), last_of_query[0] = (uint8_t)r;
}

static void prepare(char **names, int name_count, int subnets) {
  for (int i = 0; i < QUERIES; i++) {
    uint8_t *q = query[i];
    q[0] = (uint8_t)(i >> 8), q[1] = (uint8_t)i, q[5] = 1;
    int length = 12 + put_name(q + 12, names[next_random() % (unsigned)name_count]);
    q[length + 1] = 1, q[length + 3] = 1;
    length += 4;
    if (subnets) {
      q[11] = 1;
      length += put_option(q + length);
    }
    query_length[i] = length;
  }
}

// A reply to one of the queries, without error, with an answer, from an authority.
static int is_good(const uint8_t *reply, unsigned length) {
  if (length < 12) return 0;
  unsigned id = (unsigned)reply[0] << 8 | reply[1];
  return id < QUERIES && (reply[2] & 0x84) == 0x84 && (reply[3] & 15) == 0 && reply[7] > 0;
}

static int send_together(int handle, struct iovec *parts, int count) {
  union { char room[CMSG_SPACE(sizeof(uint16_t))]; struct cmsghdr head; } control = {.head = {CMSG_LEN(sizeof(uint16_t)), SOL_UDP, UDP_SEGMENT}};
  uint16_t length = (uint16_t)parts[0].iov_len;
  memcpy(CMSG_DATA(&control.head), &length, sizeof length);
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count, .msg_control = control.room, .msg_controllen = sizeof control.room};
  return sendmsg(handle, &message, 0) < 0 ? -1 : count;
}

int main(int count, char **values) {
  if (count < 7) {
    fprintf(stderr, "usage: load ADDRESS PORT SECONDS SOCKETS OUTSTANDING NAMES [subnets]\n");
    return 2;
  }
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(values[2]))};
  if (inet_pton(AF_INET, values[1], &server.sin_addr) != 1) { errno = EINVAL; fail(values[1]); }
  double seconds = atof(values[3]);
  int sockets = atoi(values[4]), outstanding = atoi(values[5]);
  if (sockets < 1 || sockets > MAX_SOCKETS || outstanding < 1 || outstanding > MAX_BURST) { errno = ERANGE; fail("SOCKETS or OUTSTANDING"); }
  int name_count, subnets = count > 7;
  char **names = lines(values[6], &name_count);
  prepare(names, name_count, subnets);
  for (int i = 0; i < sockets; i++) {
    int room = 1 << 20;
    client[i].handle = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (client[i].handle < 0) fail("socket");
    setsockopt(client[i].handle, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (connect(client[i].handle, (struct sockaddr *)&server, sizeof server)) fail("connect");
  }

  static uint8_t replies[MAX_BURST][REPLY_BYTES];
  struct mmsghdr out[MAX_BURST], in[MAX_BURST];
  struct iovec out_vector[MAX_BURST], in_vector[MAX_BURST];
  for (int i = 0; i < MAX_BURST; i++) {
    in_vector[i] = (struct iovec){replies[i], REPLY_BYTES};
    out[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &out_vector[i], .msg_iovlen = 1}};
    in[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &in_vector[i], .msg_iovlen = 1}};
  }
  uint64_t sent = 0, good = 0, bad = 0, lost = 0, bytes = 0, began = now(), end = began + (uint64_t)(seconds * 1e9);
  uint32_t next = 0;
  for (int at = 0; now() < end; at = at + 1 < sockets ? at + 1 : 0) {
    Client *c = &client[at];
    // What was asked last time round comes first; it has had the whole round to arrive.
    for (uint64_t since = 0; c->outstanding > 0;) {
      int got = recvmmsg(c->handle, in, (unsigned)c->outstanding, MSG_DONTWAIT, NULL);
      if (got > 0) {
        for (int i = 0; i < got; i++) {
          if (is_good(replies[i], in[i].msg_len)) good++; else bad++;
          bytes += in[i].msg_len;
        }
        c->outstanding -= got;
        since = 0;
        continue;
      }
      if (got < 0 && errno != EAGAIN && errno != ECONNREFUSED && errno != EINTR) fail("recvmmsg");
      uint64_t t = now();
      if (since == 0) since = t;
      else if (t - since > GIVE_UP_NANOS) {
        lost += (uint64_t)c->outstanding;
        c->outstanding = 0;
      }
    }
    int alike = outstanding > 1;
    for (int i = 0; i < outstanding; i++) {
      uint32_t q = next++ % QUERIES;
      if (subnets) draw_subnet(query[q] + query_length[q] - 1);
      out_vector[i] = (struct iovec){query[q], (size_t)query_length[q]};
      alike &= out_vector[i].iov_len == out_vector[0].iov_len;
    }
    int went = alike ? send_together(c->handle, out_vector, outstanding) : sendmmsg(c->handle, out, (unsigned)outstanding, 0);
    if (went < 0 && errno != ECONNREFUSED && errno != EAGAIN && errno != ENOBUFS) fail("send");
    if (went > 0) sent += (uint64_t)went, c->outstanding = went;
  }
  double elapsed = (double)(now() - began) / 1e9;
  printf("{\"seconds\": %.3f, \"sent\": %lu, \"good\": %lu, \"bad\": %lu, \"lost\": %lu, \"qps\": %.0f, \"mean_bytes\": %.1f}\n",
         elapsed, sent, good, bad, lost, (double)(good + bad) / elapsed, good + bad ? (double)bytes / (double)(good + bad) : 0);
  return 0;
}
