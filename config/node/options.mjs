// SPDX-License-Identifier: AGPL-3.0-or-later
// Node options of an instance; the Dockerfile repeats them.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run.mjs'

/** Our files are read without their types, where the launcher has made those. */
export const withoutTypes = [`--import=${pathToFileURL(join(root, 'config', 'node', 'loader.mjs'))}`]

/**
 * V8 lets its heap grow to twice what is in use before it collects; a quarter more keeps a centre of a hundred thousand
 * offers 50 MB smaller under load, for a few per cent of the processor.
 */
export const nodeOptions = [...withoutTypes, '--max-semi-space-size=4', '--heap-growing-percent=25']

/**
 * Node keeps in memory all that it has read of its cache of compiled code (18 MB), for a start that is 0.1 s shorter.
 * With at most two arenas, the C library (glibc) keeps 4 MB less at rest, and 10 to 25 MB less with a hundred thousand
 * offers; with pieces of 32 kB and more given back as soon as they are free, 3 and 25 MB less again. Others do not know
 * the two variables.
 */
export const nodeEnv = {
  NODE_DISABLE_COMPILE_CACHE: '1',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '32768',
}
