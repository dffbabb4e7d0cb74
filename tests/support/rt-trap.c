/* SPDX-License-Identifier: GPL-3.0-or-later
 * Interposed functions: memory, locks, waits, files, printing, main loops.
 */
#define _GNU_SOURCE
#include "tests/support/rt-trap.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static __thread int        inside __attribute__ ((tls_model ("initial-exec")));
static atomic_long         n_findings;
static const char *_Atomic last;

void
tsr_rt_trap_enter (void)
{
  inside++;
}

void
tsr_rt_trap_leave (void)
{
  inside--;
}

long
tsr_rt_trap_n_findings (void)
{
  return atomic_load (&n_findings);
}

const char *
tsr_rt_trap_last (void)
{
  const char *name = atomic_load (&last);
  return name != NULL ? name : "";
}

void
tsr_rt_trap_forget (void)
{
  atomic_store (&n_findings, 0);
  atomic_store (&last, NULL);
}

static void
found (const char *name)
{
  if (inside == 0)
    return;
  atomic_fetch_add (&n_findings, 1);
  atomic_store (&last, name);
}

/* --- memory: the C library's own second names, so that nothing is looked up -----------
 */

extern void *__libc_malloc (size_t n);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *p, size_t n);
extern void *__libc_memalign (size_t alignment, size_t n);
extern void  __libc_free (void *p);

void *
malloc (size_t n)
{
  found ("malloc");
  return __libc_malloc (n);
}

void *
calloc (size_t n, size_t size)
{
  found ("calloc");
  return __libc_calloc (n, size);
}

void *
realloc (void *p, size_t n)
{
  found ("realloc");
  return __libc_realloc (p, n);
}

void
free (void *p)
{
  if (p != NULL)
    found ("free");
  __libc_free (p);
}

void *
memalign (size_t alignment, size_t n)
{
  found ("memalign");
  return __libc_memalign (alignment, n);
}

void *
aligned_alloc (size_t alignment, size_t n)
{
  found ("aligned_alloc");
  return __libc_memalign (alignment, n);
}

int
posix_memalign (void **p, size_t alignment, size_t n)
{
  found ("posix_memalign");
  *p = __libc_memalign (alignment, n);
  return *p == NULL ? ENOMEM : 0;
}

/* --- the rest: looked up when first used ----------------------------------------------
 */

/* `call` is `return real` or `real`. */
#define WRAP_AS(result, name, parameters, arguments, call)                               \
  result name parameters                                                                 \
  {                                                                                      \
    static result (*real) parameters;                                                    \
    found (#name);                                                                       \
    if (real == NULL) {                                                                  \
      void *symbol = dlsym (RTLD_NEXT, #name);                                           \
      memcpy (&real, &symbol, sizeof real);                                              \
    }                                                                                    \
    call arguments;                                                                      \
  }
#define WRAP(result, name, parameters, arguments)                                        \
  WRAP_AS (result, name, parameters, arguments, return real)
#define WRAP_VOID(name, parameters, arguments)                                           \
  WRAP_AS (void, name, parameters, arguments, real)

/* Nobody includes headers for these: GLib's prototypes are not needed to stand before
 * them. */
void g_mutex_lock (void *m);
void g_rec_mutex_lock (void *m);
void g_cond_wait (void *c, void *m);
void g_cond_signal (void *c);
void g_cond_broadcast (void *c);
void g_main_context_wakeup (void *c);
void g_async_queue_push (void *q, void *data);
void g_usleep (unsigned long us);
unsigned
g_idle_add_full (int priority, int (*f) (void *), void *data, void (*done) (void *));

WRAP (int, pthread_mutex_lock, (pthread_mutex_t * m), (m))
WRAP (int, pthread_rwlock_rdlock, (pthread_rwlock_t * m), (m))
WRAP (int, pthread_rwlock_wrlock, (pthread_rwlock_t * m), (m))
WRAP (int, pthread_spin_lock, (pthread_spinlock_t * m), (m))
WRAP (int, pthread_join, (pthread_t t, void **r), (t, r))
WRAP (int, sem_wait, (sem_t * s), (s))
WRAP (unsigned, sleep, (unsigned s), (s))
WRAP (int, usleep, (useconds_t us), (us))
WRAP (int, nanosleep, (const struct timespec *a, struct timespec *b), (a, b))
WRAP (int,
      clock_nanosleep,
      (clockid_t c, int flags, const struct timespec *a, struct timespec *b),
      (c, flags, a, b))
WRAP (int, sched_yield, (void), ())
WRAP (ssize_t, read, (int fd, void *b, size_t n), (fd, b, n))
WRAP (ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n))
WRAP (ssize_t, pread, (int fd, void *b, size_t n, off_t o), (fd, b, n, o))
WRAP (ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o))
WRAP (int, close, (int fd), (fd))
WRAP (int, fsync, (int fd), (fd))
WRAP (int, poll, (struct pollfd * f, nfds_t n, int ms), (f, n, ms))
WRAP (ssize_t, send, (int fd, const void *b, size_t n, int f), (fd, b, n, f))
WRAP (ssize_t, recv, (int fd, void *b, size_t n, int f), (fd, b, n, f))
WRAP (void *,
      mmap,
      (void *a, size_t n, int p, int f, int fd, off_t o),
      (a, n, p, f, fd, o))
WRAP (int, munmap, (void *a, size_t n), (a, n))
WRAP (int, madvise, (void *a, size_t n, int what), (a, n, what))
WRAP (FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP (int, fclose, (FILE * f), (f))
WRAP (size_t, fwrite, (const void *b, size_t s, size_t n, FILE *f), (b, s, n, f))
WRAP (int, puts, (const char *s), (s))
WRAP (int, fputs, (const char *s, FILE *f), (s, f))
WRAP (int, vprintf, (const char *s, va_list a), (s, a))
WRAP (int, vfprintf, (FILE * f, const char *s, va_list a), (f, s, a))
WRAP_VOID (g_mutex_lock, (void *m), (m))
WRAP_VOID (g_rec_mutex_lock, (void *m), (m))
WRAP_VOID (g_cond_wait, (void *c, void *m), (c, m))
WRAP_VOID (g_cond_signal, (void *c), (c))
WRAP_VOID (g_cond_broadcast, (void *c), (c))
WRAP_VOID (g_main_context_wakeup, (void *c), (c))
WRAP_VOID (g_async_queue_push, (void *q, void *data), (q, data))
WRAP_VOID (g_usleep, (unsigned long us), (us))
WRAP (unsigned,
      g_idle_add_full,
      (int priority, int (*f) (void *), void *data, void (*done) (void *)),
      (priority, f, data, done))

int
printf (const char *format, ...)
{
  va_list arguments;
  found ("printf");
  va_start (arguments, format);
  int n = vfprintf (stdout, format, arguments);
  va_end (arguments);
  return n;
}
