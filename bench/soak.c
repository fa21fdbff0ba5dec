// The load of a soak: DNS queries over UDP at a fixed rate, sent when their time has come whether or not the server keeps up (an open loop), and
// each latency counted from the time at which the query was to be sent. So a server that stands still for a second shows in every query
// of that second, not in one (the "coordinated omission" of closed loops). With rate 0 it is a closed loop, to find out the capacity.
//
// Queries go out in batches of at most half a millisecond. Each socket numbers its queries from 0 to 65535 and round again; the place of a number
// holds the time that its query was due, until the answer comes. What is still there after two seconds is lost.
//
// usage: soak ADDRESS PORT SECONDS RATE SOCKETS NAMES
//   NAMES  lines of: owner name, blank, IPv4 address that the last record of the answer must hold, or * for one of 127.0.0.0/8;
//          a * name is asked with a random /24 as EDNS Client Subnet, which must come back as it was sent
// prints one line each second on standard error, and in the end one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { QUERIES = 8192, QUERY_BYTES = 320, MAX_SOCKETS = 64, IDS = 65536, BURST = 64, CLOSED_WINDOW = 16, SUB = 64, BUCKETS = 64 * SUB };
static const uint64_t TICK = 500000, LOST_AFTER = 2000000000;

typedef struct { uint8_t octets[QUERY_BYTES]; int length, question; uint8_t address[4]; int balanced; } Query;
typedef struct { int handle, outstanding; uint16_t next; uint64_t due[IDS]; uint16_t query[IDS]; } Client;
static Query query[QUERIES];
static Client *client[MAX_SOCKETS];
static uint64_t histogram[BUCKETS], sent, answered, wrong, late, lost, unsent, strange, skipped;
static uint64_t second_worst, worst;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t state = 0x9E3779B97F4A7C15u;
static uint64_t draw(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state * 0x2545F4914F6CDD1Du;
}

static void fail(const char *what) {
  fprintf(stderr, "soak: %s: %s\n", what, strerror(errno));
  exit(2);
}

// 64 steps for each power of two: an error below 2 %.
static int bucket_of(uint64_t nanos) {
  if (nanos < SUB) return (int)nanos;
  int shift = 63 - __builtin_clzll(nanos) - 6;
  return (shift + 1) * SUB + (int)((nanos >> shift) - SUB);
}
static double micros_of(int bucket) {
  if (bucket < SUB) return bucket / 1e3;
  int shift = bucket / SUB - 1;
  return (double)((uint64_t)(bucket % SUB + SUB) << shift) / 1e3;
}
static double quantile(double q) {
  uint64_t want = (uint64_t)((double)answered * q), seen = 0;
  for (int i = 0; i < BUCKETS; i++)
    if ((seen += histogram[i]) > want) return micros_of(i);
  return worst / 1e3;
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

static void prepare(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  char name[256], address[64];
  int known = 0;
  static Query base[QUERIES];
  while (known < QUERIES && fscanf(file, "%255s %63s", name, address) == 2) {
    Query *q = &base[known++];
    q->octets[5] = 1;
    q->length = 12 + put_name(q->octets + 12, name);
    q->octets[q->length + 1] = 1, q->octets[q->length + 3] = 1;
    q->question = q->length += 4;
    q->balanced = address[0] == '*';
    if (!q->balanced && inet_pton(AF_INET, address, q->address) != 1) { errno = EINVAL; fail(address); }
  }
  fclose(file);
  if (known == 0) { errno = ENODATA; fail(path); }
  for (int i = 0; i < QUERIES; i++) {
    query[i] = base[draw() % (unsigned)known];
    if (!query[i].balanced) continue;
    // RFC 7871 §6: family 1, /24.
    const uint8_t opt[] = {0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0, (uint8_t)(1 + draw() % 220), (uint8_t)draw(), (uint8_t)draw()};
    query[i].octets[11] = 1;
    memcpy(query[i].octets + query[i].length, opt, sizeof opt);
    query[i].length += (int)sizeof opt;
  }
}

static int is_right(const Query *q, const uint8_t *reply, int length) {
  if (length < q->question + 16 || (reply[2] & 0x86) != 0x84 || (reply[3] & 15) != 0 || reply[7] == 0) return 0;
  if (memcmp(reply + 4, q->octets + 4, 2) || memcmp(reply + 12, q->octets + 12, (size_t)(q->question - 12))) return 0;
  int end = q->question + reply[7] * 16; // answers of type A alone, each with a pointer to the question
  if (!q->balanced) return length == end && !memcmp(reply + end - 4, q->address, 4);
  return length == end + 22 && reply[end - 4] == 127 && !memcmp(reply + end + 11, q->octets + q->question + 11, 7) && !memcmp(reply + end + 19, q->octets + q->question + 19, 3);
}

static void receive(Client *c) {
  static uint8_t replies[BURST][2048];
  static struct mmsghdr in[BURST];
  static struct iovec vector[BURST];
  for (;;) {
    for (int i = 0; i < BURST; i++) vector[i] = (struct iovec){replies[i], 2048}, in[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vector[i], .msg_iovlen = 1}};
    int got = recvmmsg(c->handle, in, BURST, MSG_DONTWAIT, NULL);
    if (got <= 0) return;
    uint64_t at = now();
    for (int i = 0; i < got; i++) {
      unsigned id = (unsigned)replies[i][0] << 8 | replies[i][1];
      if (in[i].msg_len < 12 || c->due[id] == 0) { strange++; continue; }
      uint64_t took = at > c->due[id] ? at - c->due[id] : 0;
      if (!is_right(&query[c->query[id]], replies[i], (int)in[i].msg_len)) wrong++;
      c->due[id] = 0;
      c->outstanding--;
      answered++;
      if (took > LOST_AFTER) late++;
      histogram[bucket_of(took)]++;
      if (took > second_worst) second_worst = took;
      if (took > worst) worst = took;
    }
    if (got < BURST) return;
  }
}

static void transmit(Client *c, int count, uint64_t due, uint64_t step) {
  static uint8_t octets[BURST][QUERY_BYTES];
  static struct mmsghdr out[BURST];
  static struct iovec vector[BURST];
  uint16_t first = c->next;
  for (int i = 0; i < count; i++) {
    unsigned number = (unsigned)(draw() % QUERIES), id = c->next++;
    if (c->due[id]) lost++, c->outstanding--;
    c->due[id] = due + (uint64_t)i * step;
    c->query[id] = (uint16_t)number;
    c->outstanding++;
    memcpy(octets[i], query[number].octets, (size_t)query[number].length);
    octets[i][0] = (uint8_t)(id >> 8), octets[i][1] = (uint8_t)id;
    vector[i] = (struct iovec){octets[i], (size_t)query[number].length};
    out[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vector[i], .msg_iovlen = 1}};
  }
  int went = sendmmsg(c->handle, out, (unsigned)count, 0);
  if (went < 0) went = 0;
  sent += (uint64_t)went;
  for (int i = went; i < count; i++) { // the system did not take it: not the server's loss
    uint16_t id = (uint16_t)(first + i);
    c->due[id] = 0, c->outstanding--, unsent++;
  }
}

int main(int count, char **values) {
  if (count != 7) {
    fprintf(stderr, "usage: soak ADDRESS PORT SECONDS RATE SOCKETS NAMES\n");
    return 2;
  }
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(values[2]))};
  if (inet_pton(AF_INET, values[1], &server.sin_addr) != 1) { errno = EINVAL; fail(values[1]); }
  double seconds = atof(values[3]), rate = atof(values[4]);
  int sockets = atoi(values[5]);
  if (sockets < 1 || sockets > MAX_SOCKETS) { errno = ERANGE; fail("SOCKETS"); }
  prepare(values[6]);
  struct pollfd waiting[MAX_SOCKETS];
  for (int i = 0; i < sockets; i++) {
    // A source address for each: the server spreads clients over its workers by address.
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F010001u + (unsigned)i)};
    int room = 4 << 20;
    if (!(client[i] = calloc(1, sizeof(Client)))) fail("calloc");
    client[i]->handle = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (client[i]->handle < 0 || bind(client[i]->handle, (struct sockaddr *)&from, sizeof from)) fail("socket");
    if (setsockopt(client[i]->handle, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room)) setsockopt(client[i]->handle, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (connect(client[i]->handle, (struct sockaddr *)&server, sizeof server)) fail("connect");
    waiting[i] = (struct pollfd){client[i]->handle, POLLIN, 0};
  }

  uint64_t began = now(), end = began + (uint64_t)(seconds * 1e9), told = began, told_answered = 0, scheduled = 0;
  uint64_t step = rate > 0 ? (uint64_t)(1e9 / rate) : 0;
  uint64_t arrears = (uint64_t)(rate / 20) + 16;
  int at = 0;
  for (uint64_t t; (t = now()) < end;) {
    if (rate > 0) {
      uint64_t due = (uint64_t)((double)(t - began) / 1e9 * rate);
      // Whoever stopped this program must not have its arrears fall upon the server at once: what is that late is left out, and told.
      if (due - scheduled > arrears) skipped += due - scheduled, scheduled = due;
      while (scheduled < due) {
        int batch = (int)(due - scheduled < 16 ? due - scheduled : 16);
        transmit(client[at], batch, began + (uint64_t)((double)scheduled / rate * 1e9), step);
        scheduled += (uint64_t)batch;
        at = (at + 1) % sockets;
      }
    } else {
      for (int i = 0; i < sockets; i++)
        if (client[i]->outstanding <= CLOSED_WINDOW / 2 || t - told > 900000000u) {
          int room = CLOSED_WINDOW - client[i]->outstanding;
          if (room > 0) transmit(client[i], room, t, 0);
        }
    }
    for (int i = 0; i < sockets; i++) receive(client[i]);
    uint64_t after = now();
    if (after - told >= 1000000000u) {
      fprintf(stderr, "%6.1f s  %8lu answers  worst %9.1f us\n", (double)(after - began) / 1e9, answered - told_answered, (double)second_worst / 1e3);
      told += 1000000000u, told_answered = answered, second_worst = 0;
    }
    if (after - t < TICK) {
      struct timespec wait = {0, (long)(TICK - (after - t))};
      if (ppoll(waiting, (nfds_t)sockets, &wait, NULL) > 0) for (int i = 0; i < sockets; i++) receive(client[i]);
    }
  }
  for (uint64_t until = now() + LOST_AFTER; now() < until;) {
    poll(waiting, (nfds_t)sockets, 10);
    int outstanding = 0;
    for (int i = 0; i < sockets; i++) receive(client[i]), outstanding += client[i]->outstanding;
    if (outstanding == 0) break;
  }
  for (int i = 0; i < sockets; i++) lost += (uint64_t)client[i]->outstanding;
  printf("{\"sent\": %lu, \"answered\": %lu, \"lost\": %lu, \"wrong\": %lu, \"late\": %lu, \"unsent\": %lu, \"strange\": %lu, \"skipped\": %lu, \"qps\": %.0f, "
         "\"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f, \"worst\": %.1f}\n",
         sent, answered, lost, wrong, late, unsent, strange, skipped, (double)answered / seconds, quantile(.5), quantile(.99), quantile(.999), worst / 1e3);
  return 0;
}
