// Vite plugin: writes .br and .gz beside every text file of the build, so that the server only picks one.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const texts = /\.(?:js|css|html|svg|json|ttf)$/
const smallest = 1024
/** Brotli's last levels take half a minute for the language worker and save little. */
const large = 1024 * 1024

export function compressedCopies(): Plugin {
  let directory = ''
  return {
    name: 'conshelf:compressed-copies',
    apply: 'build',
    configResolved(config) {
      directory = config.build.outDir.startsWith('/') ? config.build.outDir : `${config.root}/${config.build.outDir}`
    },
    async closeBundle() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile() && texts.test(entry.name))
      await Promise.all(files.map((file) => compress(`${file.parentPath}/${file.name}`)))
    },
  }
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file)
  if (bytes.length < smallest) return
  const quality = bytes.length > large ? 9 : 11
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    promisify(gzip)(bytes, { level: 9 }),
  ])
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)])
}
