// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures on the sites of others: asked for, and drawn anew from what comes.
import { drawPicture, type Picture, type Size } from '../server/web/picture.ts'
import type { Answer, Failure, HttpClient } from './http-client.ts'

const ACCEPT = { accept: 'image/webp, image/png, image/jpeg' }

export const askForPicture = (http: HttpClient, url: string): Promise<Answer | Failure> =>
  http.ask(url, { headers: ACCEPT })

/** @returns why it cannot be used, in place of a picture. */
export async function drawAnswer(answer: Answer | Failure, size: Size): Promise<Picture | string> {
  if (!answer.ok) return answer.reason
  if (answer.status !== 200) return `status ${answer.status}`
  const drawn = await drawPicture(answer.body, size)
  return drawn.ok ? drawn.picture : drawn.reason
}
