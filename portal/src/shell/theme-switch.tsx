// The menu that chooses between light, dark and the system's theme.
import {
  Button,
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Tooltip,
} from '@fluentui/react-components'
import { DarkThemeRegular, WeatherMoonRegular, WeatherSunnyRegular } from '@fluentui/react-icons'
import { type ThemeChoice, topBar } from '../theme.ts'
import { useTheme } from './theme-choice.ts'

const useStyles = makeStyles({
  button: {
    color: topBar.text,
    ':hover': { backgroundColor: topBar.hover, color: topBar.text },
    ':hover:active': { backgroundColor: topBar.line, color: topBar.text },
  },
})

const choices: readonly { readonly value: ThemeChoice; readonly label: string; readonly icon: React.ReactElement }[] = [
  { value: 'light', label: 'Light', icon: <WeatherSunnyRegular /> },
  { value: 'dark', label: 'Dark', icon: <WeatherMoonRegular /> },
  { value: 'system', label: 'As the system', icon: <DarkThemeRegular /> },
]

export function ThemeSwitch() {
  const styles = useStyles()
  const { choice, dark, choose } = useTheme()
  const pick = (value: string | undefined) => choose(choices.find((one) => one.value === value)?.value ?? 'system')
  return (
    <Menu checkedValues={{ theme: [choice] }} onCheckedValueChange={(_, { checkedItems }) => pick(checkedItems[0])}>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content="Theme" relationship="label">
          <Button
            appearance="transparent"
            className={styles.button}
            icon={dark ? <WeatherMoonRegular /> : <WeatherSunnyRegular />}
          />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {choices.map(({ value, label, icon }) => (
            <MenuItemRadio key={value} name="theme" value={value} icon={icon}>
              {label}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
