// SPDX-License-Identifier: AGPL-3.0-or-later
// With which options does Node run an instance? The Dockerfile says the same.
import { join } from 'node:path'
import { root } from './run.mjs'

export const nodeOptions = ['--max-semi-space-size=4']

/** Types are stripped once and kept, so that a start takes half the time. */
export const nodeEnv = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'mainforte') }
