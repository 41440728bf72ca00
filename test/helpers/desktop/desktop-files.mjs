// The files a virtual desktop needs, as text or bytes.

const text = (value) => {
  const bytes = Buffer.from(value)
  const size = Buffer.alloc(2)
  size.writeUInt16BE(bytes.length)
  return Buffer.concat([size, bytes])
}

/** An X authority that holds for whichever display number the server takes: family "wild", no address, no number. */
export const xAuthority = (cookie) =>
  Buffer.concat([Buffer.from([0xff, 0xff]), text(''), text(''), text('MIT-MAGIC-COOKIE-1'), text(cookie)])

/** A session bus without the machine's own services, so that only what a test starts is there. */
export const busConfiguration = (socket, services) => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

/** The machine's fonts, with Inter where a program asks for the system's font: pictures then look alike everywhere. */
export const fontConfiguration = () => {
  const alias = (family) => `  <match target="pattern">
    <test name="family" qual="any"><string>${family}</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit>
  </match>`
  const families = ['system-ui', 'sans-serif', 'sans', 'Sans', 'Cantarell', 'Ubuntu', 'Segoe UI', 'Helvetica Neue']
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
${families.map(alias).join('\n')}
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
`
}
