// SPDX-License-Identifier: AGPL-3.0-or-later
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'

/**
 * Sends texts as they are made, as fast as they are taken. A fault breaks the connection off, so that nobody takes half
 * a file for a whole one; a client that disconnects early is not an error.
 */
export async function streamTexts(res: Response, texts: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(texts), res).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}
