    "{{ key }}" = {
      command = ["{{ command }}"]
{% if task_role %}
      task_role = {{ task_role }}
{% endif %}
{% if execution_role %}
      execution_role = {{ execution_role }}
{% endif %}
{% if cpu %}
      cpu = {{ cpu }}
{% endif %}
{% if memory %}
      memory = {{ memory }}
{% endif %}
{% if env %}
      env = [
        {{ env | join(",\n        ") }}
      ]
{% endif %}
    }
