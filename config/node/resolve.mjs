// SPDX-License-Identifier: AGPL-3.0-or-later
// Imported before a program: an import of ours names its file. To look for it, and for its package, takes Node a tenth of
// a start.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    const isOurs = /^\.\.?\/.*\.ts$/.test(specifier) && context.parentURL?.startsWith('file:')
    if (!isOurs) return next(specifier, context)
    return { url: new URL(specifier, context.parentURL).href, format: 'module-typescript', shortCircuit: true }
  },
})
