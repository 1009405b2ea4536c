// SPDX-License-Identifier: AGPL-3.0-or-later
// The headers of every answer. They are always the same, so they are made once.
import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/** @param isHttps tells browsers to use only https for a year. */
export function securityHeaders(isHttps: boolean): readonly (readonly [string, string])[] {
  const strict = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // With "no-referrer", browsers would send Origin: null with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
  const headers: [string, string][] = []
  const blank = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => {},
  }
  strict({} as IncomingMessage, blank as unknown as ServerResponse, (error?: unknown) => {
    if (error) throw error as Error
  })
  return headers
}
