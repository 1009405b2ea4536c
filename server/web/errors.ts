// SPDX-License-Identifier: AGPL-3.0-or-later
// The five ways to say no, and nothing else. Each has an English message for the log and a key for people.
import type { MessageKey } from '../text/message-keys.ts'

export type Params = Record<string, string | number>
/** A key alone, or with what it needs to say. */
export type FieldFault = MessageKey | { readonly key: MessageKey; readonly params?: Params }
export type FieldErrors = Record<string, FieldFault>

export class HttpError extends Error {
  readonly status: number
  readonly key: MessageKey
  readonly params: Params
  constructor(status: number, key: MessageKey, params: Params = {}) {
    super(`${status} ${key}`)
    this.status = status
    this.key = key
    this.params = params
  }
}

/** A form whose fields must be mended; handlers show it again, filled in. */
export class Invalid extends HttpError {
  readonly fields: FieldErrors
  constructor(fields: FieldErrors) {
    super(422, 'error.invalid.text')
    this.fields = fields
  }
}

/** The rules forbid it in this state: 409 with the reason. */
export class Refused extends HttpError {
  constructor(key: MessageKey, params: Params = {}) {
    super(409, key, params)
  }
}

/** Somebody changed it meanwhile. */
export class Conflict extends HttpError {
  constructor(key: MessageKey = 'error.conflict.text') {
    super(409, key)
  }
}

/** It is not there, or this person may not know that it is. */
export class NotFound extends HttpError {
  constructor(key: MessageKey = 'error.not_found.text') {
    super(404, key)
  }
}

export class Forbidden extends HttpError {
  constructor(key: MessageKey = 'error.forbidden.text') {
    super(403, key)
  }
}

/** Too many tries; `seconds` until the next may be made. */
export class TooMany extends HttpError {
  readonly seconds: number
  constructor(seconds: number) {
    super(429, 'error.too_many.text', { minutes: Math.max(1, Math.ceil(seconds / 60)) })
    this.seconds = seconds
  }
}
