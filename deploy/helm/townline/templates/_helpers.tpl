{{- define "townline.labels" -}}
app.kubernetes.io/name: townline
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "townline.pod" -}}
securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
volumes:
  - name: config
    configMap: {name: {{ .root.Release.Name }}-config}
  - name: data
    persistentVolumeClaim: {claimName: {{ .root.Release.Name }}-data}
{{- end }}

{{- define "townline.container" -}}
image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
envFrom:
  - secretRef: {name: {{ .root.Values.secret }}}
volumeMounts:
  - {name: config, mountPath: /srv/townline/config.yaml, subPath: config.yaml, readOnly: true}
  - {name: data, mountPath: /srv/townline/var}
{{- end }}

{{- define "townline.probe" -}}
exec: {command: [python, -m, deploy.health, {{ . | quote }}]}
periodSeconds: 10
timeoutSeconds: 5
{{- end }}
