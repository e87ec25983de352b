// The mark: a lit station on the edge of an undersea shelf. public/mark.svg is the same drawing for the browser tab.

export function Mark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Conshelf">
      <title>Conshelf</title>
      <rect width="32" height="32" rx="7" fill="#0f6685" />
      <path
        d="M0 9.5c3.200-2 5.300-2 8 0s5.300 2 8 0 5.300-2 8 0 4.800 2 8 0V7a7 7 0 0 0-7-7H7a7 7 0 0 0-7 7z"
        fill="#4db6d3"
        opacity=".55"
      />
      <path d="M0 25.500h8l3-3h21V25a7 7 0 0 1-7 7H7a7 7 0 0 1-7-6.500z" fill="#062c3d" />
      <path d="M14.500 22.500a6.500 6.500 0 0 1 13 0z" fill="#e9f6fa" />
      <circle cx="21" cy="19.700" r="1.800" fill="#ffb83d" />
    </svg>
  )
}
